// @vitest-environment jsdom
import { fireEvent, render } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import '../testing';
import { stableLinks } from './links';
import { Picture } from './Picture';

beforeEach(() => stableLinks.clear());

test('a picture that never loads is not asked for again and again', () => {
  const onBroken = vi.fn();
  const show = (link: string | null) => (
    <Picture name="a/preview" link={link} alt="A sign" onBroken={onBroken} />
  );
  const { rerender, getByRole, queryByRole, getByText } = render(show('/1'));
  fireEvent.error(getByRole('img'));
  getByText('The picture did not load');
  expect(onBroken).toHaveBeenCalledOnce();

  rerender(show('/2'));
  expect(getByRole('img').getAttribute('src')).toBe('/2');
  fireEvent.error(getByRole('img'));
  for (const link of ['/3', '/4', '/5']) rerender(show(link));
  expect(queryByRole('img')).toBeNull();
  expect(onBroken).toHaveBeenCalledOnce();
});

test('where there is no link, the words say what is there instead', () => {
  const { getByText } = render(
    <Picture name="a" link={null} alt="">
      No thumbnail yet
    </Picture>,
  );
  getByText('No thumbnail yet');
});
