import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../api/problem';
import type { Image, Images, Summary } from '../api/types';
import { grown, MANY, MANY_SPACING, MAX_WAIT, PATIENCE, Poller, SLOW_WAIT } from './poller';

const image = (status: string) =>
  ({ status, reason: null, labels: [], text: [] }) as object as Image;
const finding = (status: string) => ({ status, reason: null, labels: [], lines: [] });
const summary = (task_id: string | null, status: string) =>
  ({ ...image(status), task_id, text: ['MAPLE STREET'] }) as object as Summary;

function make() {
  const result = vi.fn(async (_id: string) => image('received'));
  const newest = vi.fn(async (_cursor: string | undefined): Promise<Images> => ({
    items: [],
    next: null,
  }));
  const onResult = vi.fn();
  const onSlow = vi.fn();
  const onGone = vi.fn();
  const poller = new Poller({ result, newest, onResult, onSlow, onGone });
  const watchMany = (count: number) => {
    const ids = Array.from({ length: count }, (_, index) => `t${index}`);
    for (const id of ids) poller.watch(id);
    return ids;
  };
  return { poller, result, newest, onResult, onSlow, onGone, watchMany };
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
    expect(onResult).toHaveBeenLastCalledWith('a', finding('done'), true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('says when nothing changes for a long time, and looks each minute then', async () => {
    const { poller, result, onSlow, onResult } = make();
    poller.watch('a');
    await pass(PATIENCE + 10_000);
    expect(onSlow).toHaveBeenCalledExactlyOnceWith('a', 'This takes longer than usual.');
    onResult.mockClear();
    result.mockClear();
    await pass(10 * SLOW_WAIT);
    expect(result.mock.calls.length).toBeLessThanOrEqual(10);
    expect(result.mock.calls.length).toBeGreaterThanOrEqual(9);
    expect(onResult).not.toHaveBeenCalled();
    result.mockResolvedValue(image('labelled'));
    await pass(SLOW_WAIT);
    expect(onResult).toHaveBeenCalledWith('a', finding('labelled'), false);
    result.mockResolvedValue(image('done'));
    await pass(MAX_WAIT);
    expect(onResult).toHaveBeenLastCalledWith('a', finding('done'), true);
    expect(onSlow).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a new one does not wait for the look at a slow one', async () => {
    const { poller, result } = make();
    poller.watch('slow');
    await pass(PATIENCE + 10_000);
    result.mockClear();
    poller.watch('new');
    await pass(1_200);
    expect(result.mock.calls.map(([id]) => id)).toContain('new');
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

  test('waits as long as the firewall asks for, with every image', async () => {
    const { poller, result } = make();
    result.mockRejectedValueOnce(new ApiError(429, '', [], 60_000));
    poller.watch('a');
    poller.watch('b');
    await pass(1_100);
    await pass(59_000);
    expect(result).toHaveBeenCalledTimes(1);
    await pass(5_000);
    expect(result.mock.calls.map(([id]) => id)).toEqual(expect.arrayContaining(['a', 'b']));
  });
});

describe('with many images', () => {
  test('few wait: each is looked at', async () => {
    const { newest, result, watchMany } = make();
    watchMany(MANY);
    await pass(5_000);
    expect(newest).not.toHaveBeenCalled();
    expect(result).toHaveBeenCalled();
  });

  test('one list says how all are, and nobody else is meant', async () => {
    const { newest, result, onResult, watchMany } = make();
    const ids = watchMany(20);
    newest.mockImplementation(async () => ({
      items: [
        summary(null, 'done'),
        summary('of-others', 'done'),
        ...ids.map((id) => summary(id, 'done')),
      ],
      next: null,
    }));
    await pass(MANY_SPACING);
    expect(onResult.mock.calls.map(([id, , ended]) => [id, ended])).toEqual(
      ids.map((id) => [id, true]),
    );
    expect(onResult.mock.calls[0]?.[1]).toMatchObject({ lines: ['MAPLE STREET'] });
    await pass(60_000);
    expect(newest).toHaveBeenCalledTimes(1);
    expect(result).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('it goes back page by page, not further than there can be any, and begins anew', async () => {
    const { newest, watchMany } = make();
    watchMany(150);
    const asked: (string | undefined)[] = [];
    newest.mockImplementation(async (cursor) => {
      asked.push(cursor);
      return { items: [], next: `${Number(cursor ?? 0) + 1}` };
    });
    await pass(MANY_SPACING * 9);
    expect(asked.slice(0, 4)).toEqual([undefined, '1', '2', undefined]);
  });

  test('one that is on no list is looked at itself', async () => {
    const { newest, result, onGone, watchMany } = make();
    const ids = watchMany(8);
    newest.mockImplementation(async () => ({
      items: ids.slice(1).map((id) => summary(id, 'received')),
      next: null,
    }));
    result.mockRejectedValueOnce(new ApiError(404, ''));
    await pass(MANY_SPACING * 4);
    expect(result.mock.calls.map(([id]) => id)).toEqual(['t0']);
    expect(onGone).toHaveBeenCalledWith('t0', 'This image has been deleted.');
  });

  test('nobody asks more than 250 times in five minutes, whatever is waited for', async () => {
    const { newest, result, watchMany } = make();
    watchMany(1000);
    newest.mockImplementation(async () => ({ items: [], next: 'more' }));
    await pass(5 * 60_000);
    const looks = newest.mock.calls.length + result.mock.calls.length;
    expect(looks).toBeGreaterThan(150);
    expect(looks).toBeLessThanOrEqual(250);
  });

  test('many that are slow are listed about once a minute, until something new comes', async () => {
    const { poller, newest, result, onSlow, watchMany } = make();
    const ids = watchMany(20);
    newest.mockImplementation(async () => ({
      items: ids.map((id) => summary(id, 'received')),
      next: null,
    }));
    await pass(PATIENCE + 10_000);
    expect(onSlow).toHaveBeenCalledTimes(20);
    newest.mockClear();
    await pass(10 * SLOW_WAIT);
    expect(newest.mock.calls.length).toBeLessThanOrEqual(11);
    expect(newest.mock.calls.length).toBeGreaterThanOrEqual(9);
    expect(result).not.toHaveBeenCalled();
    newest.mockClear();
    poller.watch('new');
    await pass(MANY_SPACING * 3);
    expect(newest.mock.calls.length).toBeGreaterThanOrEqual(1);
  });

  test('a fault of the list passes, and who may not list looks at each', async () => {
    const { newest, result, watchMany } = make();
    watchMany(10);
    newest
      .mockRejectedValueOnce(new ApiError(429, '', [], 60_000))
      .mockRejectedValueOnce(new ApiError(403, ''));
    await pass(MANY_SPACING + 59_000);
    expect(newest).toHaveBeenCalledTimes(1);
    await pass(10_000);
    expect(newest).toHaveBeenCalledTimes(2);
    expect(result).toHaveBeenCalled();
  });

  test('what one was refused, or asked to wait for, is not held against the next', async () => {
    const { poller, newest, result, watchMany } = make();
    watchMany(10);
    newest.mockRejectedValueOnce(new ApiError(403, ''));
    result.mockRejectedValueOnce(new ApiError(429, '', [], 600_000));
    await pass(MANY_SPACING + 5_000);
    expect(newest).toHaveBeenCalledTimes(1);
    poller.clear();
    result.mockClear();
    watchMany(10);
    await pass(MANY_SPACING);
    expect(newest).toHaveBeenCalledTimes(2);
    expect(result).not.toHaveBeenCalled();
  });

  test('a list that comes after everything was forgotten is not told', async () => {
    const { poller, newest, onResult, watchMany } = make();
    let answer: (page: Images) => void = () => undefined;
    newest.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const ids = watchMany(10);
    await pass(MANY_SPACING);
    poller.clear();
    answer({ items: ids.map((id) => summary(id, 'done')), next: null });
    await pass(1_000);
    expect(onResult).not.toHaveBeenCalled();
  });
});
