import { expect, test } from 'vitest';
import { ApiError, SessionOverError } from '../api/problem';
import { asksAllToWait, mayPass, SendError, waitAfter } from './retry';
import { refusalOf } from './send';

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

test.each<[boolean, Error]>([
  [true, new ApiError(429, '', [], 5_000)],
  [false, new ApiError(429, '')],
  [false, new ApiError(503, '', [], 5_000)],
  [false, new SendError(503, '')],
])('%s: all wait after %o', (expected, error) => {
  expect(asksAllToWait(error)).toBe(expected);
});

test.each([
  [0, 500, 1_000],
  [5_000, 5_500, 6_000],
  [3_600_000, 60_500, 61_000],
])('a fault that asks for %d ms is waited for, but not for ever', (asked, least, most) => {
  const wait = waitAfter(new ApiError(503, '', [], asked), 2);
  expect(wait).toBeGreaterThanOrEqual(least);
  expect(wait).toBeLessThanOrEqual(most);
});

test('what S3 says becomes a sentence', () => {
  const xml = (code: string) =>
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>m</Message></Error>`;
  expect(refusalOf(400, xml('EntityTooLarge')).message).toContain('larger than it said');
  expect(mayPass(refusalOf(400, xml('RequestTimeout')))).toBe(true);
  expect(mayPass(refusalOf(400, xml('EntityTooLarge')))).toBe(false);
  expect(refusalOf(418, '').message).toContain('418');
});
