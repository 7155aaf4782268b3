import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError, SessionOverError } from '../api/problem';
import { mayPass, SendError, sleep, waitBefore } from './retry';
import { refusalOf } from './send';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('waits double, are bounded, and half of each is chance', () => {
  expect([2, 3, 4, 5].map((attempt) => waitBefore(attempt, () => 1))).toEqual([
    1000, 2000, 4000, 8000,
  ]);
  expect(waitBefore(3, () => 0)).toBe(1000);
  expect(waitBefore(30, () => 1)).toBe(30_000);
});

test.each([
  [true, new ApiError(0, '')],
  [true, new ApiError(429, '')],
  [true, new ApiError(503, '')],
  [true, new SendError(0, '')],
  [true, new SendError(500, '')],
  [true, new TypeError('Failed to fetch')],
  [false, new ApiError(422, '')],
  [false, new ApiError(403, '')],
  [false, new SendError(400, '')],
  [false, new SessionOverError()],
  [false, new Error('a fault of ours')],
])('%s for %o', (expected, error) => {
  expect(mayPass(error)).toBe(expected);
});

test('a sleep ends early when it is aborted', async () => {
  const abort = new AbortController();
  const slept = sleep(10_000, abort.signal);
  abort.abort();
  await expect(slept).rejects.toBeDefined();
  expect(vi.getTimerCount()).toBe(0);
});

test('what S3 says becomes a sentence', () => {
  const xml = (code: string) =>
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>m</Message></Error>`;
  expect(refusalOf(400, xml('EntityTooLarge')).message).toContain('larger than it said');
  expect(mayPass(refusalOf(400, xml('RequestTimeout')))).toBe(true);
  expect(mayPass(refusalOf(400, xml('EntityTooLarge')))).toBe(false);
  expect(refusalOf(418, '').message).toContain('418');
});
