import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../api/problem';
import type { Image } from '../api/types';
import { grown, MAX_WAIT, PATIENCE, Poller } from './poller';

const image = (status: string) => ({ status }) as Image;

function make() {
  const result = vi.fn(async (_id: string) => image('received'));
  const onResult = vi.fn();
  const onGone = vi.fn();
  const poller = new Poller({ result, onResult, onGone });
  return { poller, result, onResult, onGone };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe('the poller', () => {
  test('looks after a second, then less and less often, at least every 5 s', async () => {
    const { poller, result } = make();
    const at: number[] = [];
    const begun = Date.now();
    result.mockImplementation(async () => {
      at.push(Math.round((Date.now() - begun) / 100) / 10);
      return image('received');
    });
    poller.watch('a');
    await pass(25_000);
    expect(at.slice(0, 4)).toEqual([1, 2.5, 4.8, 8.1]);
    expect((at.at(-1) ?? 0) - (at.at(-2) ?? 0)).toBe(MAX_WAIT / 1000);
    expect(grown(MAX_WAIT)).toBe(MAX_WAIT);
  });

  test('stops when the image has ended', async () => {
    const { poller, result, onResult } = make();
    result.mockResolvedValueOnce(image('labelled')).mockResolvedValueOnce(image('done'));
    poller.watch('a');
    await pass(60_000);
    expect(result).toHaveBeenCalledTimes(2);
    expect(onResult).toHaveBeenLastCalledWith('a', image('done'), true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('gives up with a sentence when nothing changes for a long time', async () => {
    const { poller, onGone } = make();
    poller.watch('a');
    await pass(PATIENCE + 10_000);
    expect(onGone).toHaveBeenCalledWith('a', expect.stringContaining('Look in the gallery later'));
    expect(vi.getTimerCount()).toBe(0);
  });

  test('goes on after a fault, and says when the image was deleted', async () => {
    const { poller, result, onGone } = make();
    result
      .mockRejectedValueOnce(new ApiError(503, ''))
      .mockRejectedValueOnce(new ApiError(404, ''));
    poller.watch('a');
    await pass(30_000);
    expect(result).toHaveBeenCalledTimes(2);
    expect(onGone).toHaveBeenCalledWith('a', 'This image has been deleted.');
  });

  test('does not look while it is paused', async () => {
    const { poller, result } = make();
    poller.watch('a');
    poller.pause();
    await pass(60_000);
    expect(result).not.toHaveBeenCalled();
    poller.resume();
    await pass(1_000);
    expect(result).toHaveBeenCalled();
  });

  test('an answer that comes after everything was forgotten is not told', async () => {
    const { poller, result, onResult } = make();
    let answer: (image: Image) => void = () => undefined;
    result.mockImplementation(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    poller.watch('a');
    await pass(1_200);
    poller.clear();
    answer(image('done'));
    await pass(1_000);
    expect(onResult).not.toHaveBeenCalled();
  });
});
