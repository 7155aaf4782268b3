import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sleep, waitBefore } from './waiting';

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

test('a sleep ends early when it is aborted', async () => {
  const abort = new AbortController();
  const slept = sleep(10_000, abort.signal);
  abort.abort();
  await expect(slept).rejects.toBeDefined();
  expect(vi.getTimerCount()).toBe(0);
});
