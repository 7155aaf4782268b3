import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError, SessionOverError } from './problem';
import { REMOVAL_ATTEMPTS, removeWithPatience } from './removal';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const busy = (retryAfter = 0) => new ApiError(409, 'It is being worked at.', [], retryAfter);

async function ended(removal: Promise<unknown>, within = 60_000): Promise<unknown> {
  const end = removal.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(within);
  return Promise.race([end, Promise.resolve('not yet')]);
}

test('what is being worked at is asked for again, and each wait is told', async () => {
  const remove = vi.fn().mockRejectedValueOnce(busy()).mockRejectedValueOnce(new ApiError(503, ''));
  const onWait = vi.fn();
  expect(await ended(removeWithPatience(remove, { onWait }))).toBe('deleted');
  expect(remove).toHaveBeenCalledTimes(3);
  expect(onWait).toHaveBeenCalledTimes(2);
});

test('a 404 means that it was gone before, or that an answer was lost', async () => {
  const gone = new ApiError(404, '');
  expect(await ended(removeWithPatience(vi.fn().mockRejectedValue(gone)))).toBe('gone');
  const lost = vi.fn().mockRejectedValueOnce(new ApiError(0, '')).mockRejectedValue(gone);
  expect(await ended(removeWithPatience(lost))).toBe('deleted');
});

test('it ends with the last answer, after half a minute', async () => {
  const remove = vi.fn().mockRejectedValue(busy());
  expect(await ended(removeWithPatience(remove), 31_000)).toMatchObject({ status: 409 });
  expect(remove).toHaveBeenCalledTimes(REMOVAL_ATTEMPTS);
});

test.each([new ApiError(403, 'No.'), new SessionOverError()])('%o is final', async (error) => {
  const remove = vi.fn().mockRejectedValue(error);
  expect(await ended(removeWithPatience(remove))).toBe(error);
  expect(remove).toHaveBeenCalledOnce();
});

test('it waits as long as it is asked to, but a minute at most', async () => {
  const remove = vi.fn().mockRejectedValueOnce(busy(20_000)).mockRejectedValueOnce(busy(3_600_000));
  const removal = removeWithPatience(remove);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(remove).toHaveBeenCalledOnce();
  expect(await ended(removal, 65_000)).toBe('deleted');
});

test('a wait ends with its signal', async () => {
  const abort = new AbortController();
  const remove = vi.fn().mockRejectedValue(busy());
  const removal = removeWithPatience(remove, { signal: abort.signal });
  await vi.advanceTimersByTimeAsync(100);
  abort.abort();
  expect(await ended(removal)).toBe(abort.signal.reason);
  expect(remove).toHaveBeenCalledOnce();
});
