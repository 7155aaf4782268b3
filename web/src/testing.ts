/** What the tests of components share. */
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);

// Half of what a test may take, so that one which waits in vain says for what. A busy machine takes
// far longer than the second that is the library's own.
configure({ asyncUtilTimeout: 30_000 });

// jsdom has no layout, so nothing to scroll.
Element.prototype.scrollIntoView = () => undefined;
