import { expect, test } from 'vitest';
import { ApiError } from '../api/problem';
import type { Images } from '../api/types';
import { itemsOf, pauseOf } from './pace';

const page = (...states: string[]) =>
  ({ items: states.map((status, id) => ({ id: String(id), status })), next: null }) as Images;
const QUIET = { uploading: false, error: null };

test.each([
  ['all have ended', page('done', 'in_review', 'failed'), QUIET, 30_000],
  ['one is on its way', page('done', 'labelled'), QUIET, 5_000],
  ['one is on hold, maybe for days', page('on_hold'), QUIET, 30_000],
  ['files are being sent', page('done'), { uploading: true, error: null }, 5_000],
  ['nothing is there', page(), QUIET, 30_000],
  ['the last look failed', page('received'), { uploading: true, error: new Error() }, 30_000],
  [
    'the API asks for more',
    page('received'),
    { uploading: true, error: new ApiError(429, '', [], 60_000) },
    60_000,
  ],
])('when %s', (_, only, how, pause) => expect(pauseOf([only], how)).toBe(pause));

test('many pages are looked at less often', () => {
  const pages = (count: number) => Array.from({ length: count }, () => page('received'));
  expect(pauseOf(pages(2), QUIET)).toBe(5_000);
  expect(pauseOf(pages(13), QUIET)).toBe(32_500);
});

test('each image is there once, and one without an id is known by its task', () => {
  const waiting = { id: null, task_id: 't', name: 'n', status: 'received' } as Images['items'][0];
  const pages = [page('done', 'done'), page('failed'), { items: [waiting, waiting], next: null }];
  expect(itemsOf(pages).map(({ id, status }) => [id, status])).toEqual([
    ['0', 'done'],
    ['1', 'done'],
    [null, 'received'],
  ]);
});
