import { expect, test } from 'vitest';
import type { Image } from '../api/types';
import { pauseBefore } from './useImage';

const image = (status: string, reason: string | null = null) => ({
  status: status as Image['status'],
  reason,
});

test('an image is looked at often at first, then less and less', () => {
  const pauses = Array.from({ length: 60 }, (_, looks) => pauseBefore(image('received'), looks));
  expect(pauses.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 2_000));
  expect(pauses[20]).toBe(20_000);
  expect(Math.max(...pauses)).toBe(30_000);
});

test.each([
  ['done', null],
  ['on_hold', null],
  ['awaiting_upload', 'The link for the upload has expired; ask for another.'],
])('one that is %s may stay so for days', (status, reason) => {
  expect(pauseBefore(image(status, reason), 0)).toBe(60_000);
});

test('a file that is still awaited is looked for', () => {
  expect(pauseBefore(image('awaiting_upload'), 1)).toBe(2_000);
});
