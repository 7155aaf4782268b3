import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError, SessionOverError } from '../api/problem';
import type { Image, Images, UploadAnswer } from '../api/types';
import { totalsOf } from './item';
import { AT_ONCE, UploadQueue } from './queue';
import { MAX_ATTEMPTS, SendError } from './retry';

const JPEG = [0xff, 0xd8, 0xff, 0xe0];
const LIMITS = { maxBytes: 2000, contentTypes: ['image/jpeg'] };

let tasks = 0;
const jpeg = (name: string) => ({
  file: new File([new Uint8Array([...JPEG]), name], name),
  path: name,
});
const answer = (): UploadAnswer => {
  tasks += 1;
  return { task_id: `task-${tasks}`, url: '/s3', fields: {}, max_bytes: 1000, expires_at: '' };
};

function make() {
  const createTask = vi.fn(async () => answer());
  const send = vi.fn(
    async (_form, file: Blob, onSent: (bytes: number) => void, _signal: AbortSignal) =>
      onSent(file.size),
  );
  const result = vi.fn(
    async (id: string) =>
      ({ task_id: id, status: 'done', labels: [], text: [] }) as unknown as Image,
  );
  // All that were sent, newest first, 100 on a page.
  const newest = vi.fn(async (cursor: string | undefined) => {
    const first = tasks - Number(cursor ?? 0);
    const last = Math.max(first - 100, 0);
    const items = Array.from({ length: first - last }, (_, index) => ({
      task_id: `task-${first - index}`,
      status: 'done',
      reason: null,
      labels: [],
      text: [],
    })) as object[] as Images['items'];
    return { items, next: last > 0 ? String(tasks - last) : null };
  });
  const queue = new UploadQueue({ createTask, send, result, newest, limits: LIMITS });
  const phases = () => queue.items().map(({ phase }) => phase);
  return { queue, createTask, send, result, newest, phases };
}

beforeEach(() => {
  tasks = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe('the queue', () => {
  test('checks, sends, and shows the result', async () => {
    const { queue, createTask, phases } = make();
    queue.add([jpeg('a.jpg')]);
    await pass(500);
    expect(phases()).toEqual(['analysing']);
    expect(createTask).toHaveBeenCalledWith(
      { name: 'a.jpg', content_type: 'image/jpeg', bytes: 9 },
      expect.anything(),
    );
    await pass(1_500);
    expect(phases()).toEqual(['ended']);
    expect(queue.items()[0]?.result?.status).toBe('done');
  });

  test('refuses before anything is asked of the API', async () => {
    const { queue, createTask, phases } = make();
    queue.add([
      { file: new File(['text'], 'a.txt'), path: 'a.txt' },
      { file: new File([], 'b.jpg'), path: 'b.jpg' },
    ]);
    await pass(500);
    expect(phases()).toEqual(['refused', 'refused']);
    expect(createTask).not.toHaveBeenCalled();
  });

  test('refuses the same picture twice in one drop', async () => {
    vi.useRealTimers(); // digests are made outside of the clock
    const { queue, phases } = make();
    const one = jpeg('a.jpg');
    queue.add([one, { file: new File([one.file], 'b.jpg'), path: 'b.jpg' }]);
    await vi.waitFor(() => expect(phases()).toContain('refused'));
    expect(queue.items()[1]?.note).toBe('This is the same picture as a.jpg.');
  });

  test('sends only so many at once', async () => {
    const { queue, send } = make();
    const ends: (() => void)[] = [];
    send.mockImplementation(() => new Promise<void>((resolve) => ends.push(resolve)));
    queue.add(Array.from({ length: 20 }, (_, index) => jpeg(`${'i'.repeat(index + 1)}.jpg`)));
    await pass(500);
    expect(send).toHaveBeenCalledTimes(AT_ONCE);
    expect(totalsOf(queue.items())).toMatchObject({ all: 20, running: 20 });
    ends[0]?.();
    await pass(200);
    expect(send).toHaveBeenCalledTimes(AT_ONCE + 1);
  });

  test('tries again after a broken connection, with the same task', async () => {
    const { queue, createTask, send, phases } = make();
    send.mockRejectedValueOnce(new SendError(0, 'The connection broke.'));
    queue.add([jpeg('a.jpg')]);
    await pass(300);
    expect(phases()).toEqual(['sending']);
    expect(queue.items()[0]?.note).toContain('Trying again');
    await pass(1_200);
    expect(phases()).toEqual(['analysing']);
    expect(createTask).toHaveBeenCalledTimes(1);
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

  test('a cancelled file stops, and the next one begins', async () => {
    const { queue, send, phases } = make();
    let stopped = false;
    send.mockImplementationOnce(
      (_form, _file, _onSent, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            stopped = true;
            reject(signal.reason);
          });
        }),
    );
    queue.add([jpeg('a.jpg'), jpeg('bb.jpg')]);
    await pass(300);
    queue.cancel(1);
    await pass(300);
    expect(stopped).toBe(true);
    expect(phases()).toEqual(['cancelled', 'analysing']);
    queue.retry(1);
    await pass(300);
    expect(phases()).toEqual(['analysing', 'analysing']);
  });

  test('waits for the next sign-in when the session is over', async () => {
    const { queue, createTask, phases } = make();
    createTask.mockImplementationOnce(async () => {
      queue.pause();
      throw new SessionOverError();
    });
    queue.add([jpeg('a.jpg')]);
    await pass(5_000);
    expect(phases()).toEqual(['waiting']);
    expect(createTask).toHaveBeenCalledTimes(1);
    queue.resume();
    await pass(500);
    expect(phases()).toEqual(['analysing']);
  });

  test('forgets everything of another user', async () => {
    const { queue, result } = make();
    queue.add([jpeg('a.jpg')]);
    await pass(500);
    queue.clear();
    expect(queue.items()).toEqual([]);
    await pass(10_000);
    expect(result).not.toHaveBeenCalled();
  });

  test('a thousand files end, and nobody is asked more than once a second', async () => {
    const { queue, result, newest } = make();
    const looks = () => result.mock.calls.length + newest.mock.calls.length;
    queue.add(
      Array.from({ length: 1000 }, (_, index) => ({
        file: new File([new Uint8Array(JPEG), 'x'.repeat(index + 1)], `${index}.jpg`),
        path: `${index}/${index}`,
      })),
    );
    await pass(2_000);
    const before = looks();
    await pass(10_000);
    expect(looks() - before).toBeLessThanOrEqual(10);
    await pass(200_000);
    expect(totalsOf(queue.items())).toMatchObject({ all: 1000, running: 0, ended: 1000 });
  });

  test('what has ended can be taken from the list', async () => {
    const { queue } = make();
    queue.add([jpeg('a.jpg')]);
    await pass(3_000);
    queue.tidy();
    await pass(200);
    expect(queue.items()).toEqual([]);
  });
});
