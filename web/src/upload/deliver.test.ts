import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError, SessionOverError } from '../api/problem';
import { AT_ONCE } from './queue';
import { GATE_PATIENCE } from './gate';
import { MAX_ATTEMPTS, SendError } from './retry';
import { answer, awaiting, done, jpeg, make, pass, restart } from './testing';

beforeEach(() => {
  restart();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** As the API answers when it or AWS has too much to do. */
const BUSY = new ApiError(503, 'Busy.', [], 5_000);

/** No two of the same size. */
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => jpeg(`${'i'.repeat(index + 1)}.jpg`));

describe('a file on a bad day', () => {
  test('tries again after a broken connection, with the same task', async () => {
    const { queue, createTask, send, result, phases } = make();
    result.mockResolvedValueOnce(awaiting());
    send.mockRejectedValueOnce(new SendError(0, 'The connection broke.'));
    queue.add([jpeg('a.jpg')]);
    await pass(300);
    expect(phases()).toEqual(['sending']);
    expect(queue.items()[0]?.note).toContain('Trying again');
    await pass(1_200);
    expect(phases()).toEqual(['analysing']);
    expect(createTask).toHaveBeenCalledTimes(1);
    expect(send).toHaveBeenCalledTimes(2);
  });

  test('sends nothing twice: of a lost answer it asks first whether the file is there', async () => {
    const { queue, send, result, phases } = make();
    send.mockRejectedValueOnce(new SendError(500, 'A fault.'));
    result
      .mockRejectedValueOnce(new ApiError(503, 'Not now.'))
      .mockResolvedValueOnce({ ...awaiting(), status: 'received' });
    queue.add([jpeg('a.jpg')]);
    await pass(4_000);
    expect(send).toHaveBeenCalledTimes(1);
    expect(result.mock.calls.slice(0, 2).map(([id]) => id)).toEqual(['task-1', 'task-1']);
    expect(['analysing', 'ended']).toContain(phases()[0]);
  });

  test('nor does it when a person tries again what has failed', async () => {
    const { queue, createTask, send, result, phases } = make();
    send.mockRejectedValue(new SendError(0, 'The connection broke.'));
    result.mockRejectedValue(new ApiError(503, 'Not now.'));
    queue.add([jpeg('a.jpg')]);
    await pass(120_000);
    expect(phases()).toEqual(['failed']);
    result.mockResolvedValue({ ...awaiting(), status: 'received' });
    queue.retry(1);
    await pass(300);
    expect(phases()).toEqual(['analysing']);
    expect(createTask).toHaveBeenCalledTimes(1);
    expect(send).toHaveBeenCalledTimes(1);
  });

  test('nor does it when the session ended before it could ask', async () => {
    const { queue, createTask, send, result, phases } = make();
    send.mockRejectedValueOnce(new SendError(0, 'The connection broke.'));
    result.mockImplementationOnce(async () => {
      queue.pause();
      throw new SessionOverError();
    });
    queue.add([jpeg('a.jpg')]);
    await pass(4_000);
    expect(phases()).toEqual(['waiting']);
    result.mockResolvedValueOnce({ ...awaiting(), status: 'received' });
    queue.resume();
    await pass(300);
    expect(phases()).toEqual(['analysing']);
    expect(createTask).toHaveBeenCalledTimes(1);
    expect(send).toHaveBeenCalledTimes(1);
  });

  test('waits for a network instead of using its attempts up', async () => {
    const line = new EventTarget();
    const navigator = { onLine: false };
    vi.stubGlobal('navigator', navigator);
    vi.stubGlobal('addEventListener', line.addEventListener.bind(line));
    vi.stubGlobal('removeEventListener', line.removeEventListener.bind(line));
    try {
      const { queue, createTask, phases } = make();
      createTask.mockRejectedValue(new ApiError(0, 'No answer.'));
      queue.add([jpeg('a.jpg')]);
      await pass(10 * 60_000);
      expect(createTask).toHaveBeenCalledTimes(1);
      expect(phases()).toEqual(['sending']);
      expect(queue.items()[0]?.note).toContain('offline');
      createTask.mockImplementation(async () => answer());
      navigator.onLine = true;
      line.dispatchEvent(new Event('online'));
      await pass(300);
      expect(phases()).toEqual(['analysing']);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test('the uploads of the day are used up: all are told so, and one is asked for', async () => {
    const { queue, createTask, phases } = make();
    const used = 'You have asked for 5,000 uploads today.';
    createTask.mockRejectedValue(new ApiError(429, used, [], 3 * 3_600_000));
    queue.add(many(30));
    await pass(60_000);
    expect(createTask.mock.calls.length).toBeLessThanOrEqual(AT_ONCE);
    expect(new Set(phases())).toEqual(new Set(['failed']));
    expect(new Set(queue.items().map(({ note }) => note))).toEqual(new Set([used]));
    queue.retryFailed();
    await pass(60_000);
    expect(createTask.mock.calls.length).toBeLessThanOrEqual(2 * AT_ONCE);
    createTask.mockImplementation(async () => answer());
    queue.retryFailed();
    await pass(60_000);
    expect(new Set(phases())).toEqual(new Set(['ended']));
  });

  test('all wait for the firewall, longer than its window, with few requests', async () => {
    const { queue, createTask, phases } = make();
    createTask.mockRejectedValue(new ApiError(429, 'Too many.', [], 60_000));
    queue.add(many(100));
    await pass(6 * 60_000);
    expect(createTask.mock.calls.length).toBeLessThanOrEqual(7 * AT_ONCE);
    expect(new Set(phases())).toEqual(new Set(['sending', 'waiting']));
    expect(queue.items()[0]?.note).toMatch(/^Too many\. Trying again in 6[01] s\.$/);
    createTask.mockImplementation(async () => answer());
    await pass(90_000);
    expect(new Set(phases())).toEqual(new Set(['ended']));
  });

  test('but not for ever: then all are told at once, and a person may try again', async () => {
    const { queue, createTask, phases } = make();
    createTask.mockRejectedValue(new ApiError(429, 'Too many.', [], 60_000));
    queue.add(many(100));
    await pass(GATE_PATIENCE + 2_000);
    expect(createTask.mock.calls.length).toBeLessThanOrEqual(16 * AT_ONCE);
    expect(new Set(phases())).toEqual(new Set(['failed']));
    const asked = createTask.mock.calls.length;
    await pass(10 * 60_000);
    expect(createTask).toHaveBeenCalledTimes(asked);
    // Another time has its own patience.
    queue.add([jpeg('z'.repeat(200))]);
    await pass(5 * 60_000);
    expect(phases().at(-1)).toBe('sending');
    createTask.mockImplementation(async () => answer());
    queue.retryFailed();
    await pass(90_000);
    expect(new Set(phases())).toEqual(new Set(['ended']));
  });

  test('what is cancelled while it waits for the firewall stays cancelled', async () => {
    const { queue, createTask, phases } = make();
    createTask.mockRejectedValue(new ApiError(429, 'Too many.', [], 60_000));
    queue.add(many(6));
    await pass(1_000);
    queue.cancelAll();
    await pass(5 * 60_000);
    expect(new Set(phases())).toEqual(new Set(['cancelled']));
    expect(createTask).toHaveBeenCalledTimes(AT_ONCE);
  });

  test('asks for a new task when the time of the first is over', async () => {
    const { queue, createTask, send, phases } = make();
    send.mockRejectedValueOnce(new SendError(403, 'closed'));
    queue.add([jpeg('a.jpg')]);
    await pass(1_500);
    expect(createTask).toHaveBeenCalledTimes(2);
    expect(phases()).toEqual(['analysing']);
  });

  test('gives up after a number of attempts, and a person may try again', async () => {
    const { queue, createTask, phases } = make();
    createTask.mockRejectedValue(new ApiError(503, 'Not now.'));
    queue.add([jpeg('a.jpg')]);
    await pass(120_000);
    expect(createTask).toHaveBeenCalledTimes(MAX_ATTEMPTS);
    expect(phases()).toEqual(['failed']);
    expect(queue.items()[0]?.note).toBe('Not now.');
    createTask.mockImplementation(async () => answer());
    queue.retryFailed();
    await pass(500);
    expect(phases()).toEqual(['analysing']);
  });

  test('an API that is busy for one file holds no others up, nor that one for ever', async () => {
    const { queue, createTask, phases } = make();
    createTask.mockImplementation(async ({ name }) => {
      if (name === 'i.jpg') throw BUSY;
      return answer();
    });
    queue.add(many(30));
    await pass(4_500);
    expect(createTask).toHaveBeenCalledTimes(30);
    expect(queue.items()[0]).toMatchObject({
      phase: 'sending',
      note: 'Busy. Trying again in 6 s.',
    });
    await pass(120_000);
    expect(createTask).toHaveBeenCalledTimes(29 + MAX_ATTEMPTS);
    expect(phases()).toEqual(['failed', ...Array.from({ length: 29 }, () => 'ended')]);
  });

  test('nor one that cannot say whether a file has come', async () => {
    const { queue, send, result, phases } = make();
    send.mockRejectedValueOnce(new SendError(0, 'The connection broke.'));
    result.mockImplementation(async (id) => {
      if (id === 'task-1') throw BUSY;
      return done(id);
    });
    queue.add(many(30));
    await pass(120_000);
    expect(send).toHaveBeenCalledTimes(30);
    expect(result.mock.calls.filter(([id]) => id === 'task-1')).toHaveLength(MAX_ATTEMPTS - 1);
    expect(phases()).toEqual(['failed', ...Array.from({ length: 29 }, () => 'ended')]);
  });

  test('where it is busy for all, each waits as it is asked to, and ends', async () => {
    const { queue, createTask, phases } = make();
    createTask.mockRejectedValue(BUSY);
    queue.add(many(AT_ONCE));
    await pass(5_000);
    expect(createTask).toHaveBeenCalledTimes(AT_ONCE);
    await pass(120_000);
    expect(createTask).toHaveBeenCalledTimes(AT_ONCE * MAX_ATTEMPTS);
    expect(new Set(phases())).toEqual(new Set(['failed']));
  });

  test('waits as long as the firewall asks for, then goes on', async () => {
    const { queue, createTask, phases } = make();
    createTask.mockRejectedValueOnce(new ApiError(429, 'Too many.', [], 60_000));
    queue.add([jpeg('a.jpg')]);
    await pass(60_000);
    expect(createTask).toHaveBeenCalledTimes(1);
    expect(phases()).toEqual(['sending']);
    await pass(5_000);
    expect(createTask).toHaveBeenCalledTimes(2);
    expect(phases()).toEqual(['ended']);
  });

  test('does not try again what was refused', async () => {
    const { queue, createTask, phases } = make();
    createTask.mockRejectedValue(new ApiError(422, 'The name is wrong.'));
    queue.add([jpeg('a.jpg')]);
    await pass(60_000);
    expect(createTask).toHaveBeenCalledTimes(1);
    expect(phases()).toEqual(['failed']);
  });

  test('of what failed half-way nothing is left when it is cleared from the list', async () => {
    const { queue, send, result, remove, phases } = make();
    send.mockRejectedValue(new SendError(0, 'The connection broke.'));
    result.mockResolvedValue(awaiting());
    queue.add([jpeg('a.jpg'), jpeg('bb.jpg'), { path: 'locked', problem: 'Not read.' }]);
    await pass(120_000);
    expect(phases()).toEqual(['failed', 'failed', 'refused']);
    remove.mockImplementation(async (taskId) => {
      if (taskId === 'task-2') throw new ApiError(403, 'You may not.');
    });
    queue.tidy();
    await pass(1_000);
    expect(remove.mock.calls.map(([taskId]) => taskId).sort()).toEqual(['task-1', 'task-2']);
    expect(queue.items().map(({ path, phase, note }) => [path, phase, note])).toEqual([
      ['bb.jpg', 'cancelled', 'It may have been sent already: look in the gallery. You may not.'],
    ]);
    queue.tidy();
    await pass(1_000);
    expect(queue.items()).toEqual([]);
    expect(remove).toHaveBeenCalledTimes(2);
  });

  test('what is cancelled while it is sent is taken back, also from a busy API', async () => {
    const { queue, send, remove, phases } = make();
    send.mockImplementation(() => new Promise(() => undefined));
    remove.mockRejectedValueOnce(new ApiError(409, 'It is being worked at.'));
    queue.add([jpeg('a.jpg'), jpeg('bb.jpg')]);
    await pass(300);
    queue.cancel(1);
    await pass(5_000);
    expect(remove.mock.calls).toEqual([['task-1'], ['task-1']]);
    remove.mockRejectedValue(new ApiError(403, 'You may not.'));
    queue.cancelAll();
    await pass(5_000);
    expect(remove).toHaveBeenCalledTimes(3);
    expect(phases()).toEqual(['cancelled', 'cancelled']);
    expect(queue.items().map(({ note }) => note)).toEqual([
      null,
      'It may have been sent already: look in the gallery. You may not.',
    ]);
  });
});
