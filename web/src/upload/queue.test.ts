import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SessionOverError } from '../api/problem';
import { nameFor, totalsOf } from './item';
import { PATIENCE, SLOW_WAIT } from './poller';
import { AT_ONCE } from './queue';
import { awaiting, JPEG, jpeg, make, pass, quick, restart } from './testing';

beforeEach(() => {
  restart();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

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
    await vi.waitFor(() => expect(phases()).toContain('refused'), { timeout: 30_000 });
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

  test('what takes longer is told apart, and ends when it ends', async () => {
    const { queue, result, phases } = make();
    result.mockResolvedValue({ ...awaiting(), status: 'received' });
    queue.add([jpeg('a.jpg')]);
    await pass(PATIENCE + 70_000);
    expect(phases()).toEqual(['unfinished']);
    expect(totalsOf(queue.items())).toMatchObject({ taken: 1, slow: 1, ended: 0, analysing: 0 });
    queue.tidy();
    result.mockResolvedValue({ ...awaiting(), status: 'done' });
    await pass(SLOW_WAIT + 1_000);
    expect(phases()).toEqual(['ended']);
  });

  test('what could not be read has a row', async () => {
    const { queue, createTask } = make();
    queue.add([{ path: 'trip/locked.jpg', problem: 'It could not be read.' }, jpeg('a.jpg')]);
    await pass(3_000);
    expect(queue.items().map(({ path, phase, note }) => [path, phase, note])).toEqual([
      ['trip/locked.jpg', 'refused', 'It could not be read.'],
      ['a.jpg', 'ended', null],
    ]);
    expect(createTask).toHaveBeenCalledTimes(1);
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
        file: quick(new File([new Uint8Array(JPEG), 'x'.repeat(index + 1)], `${index}.jpg`)),
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

test.each([
  ['a.jpg', 'a.jpg'],
  ['\u{1f600}'.repeat(300), '\u{1f600}'.repeat(200)],
  [`${'\u{1f600}'.repeat(250)}.jpeg`, `${'\u{1f600}'.repeat(195)}.jpeg`],
  ['gpj.\u202eexe.jpg', 'gpj.exe.jpg'],
  ['a${filename}\n.jpg', 'a$_{filename}.jpg'],
  ['..', 'image'],
])('the API takes the name of file %#', (name, expected) => {
  expect(nameFor(new File([], name))).toBe(expected);
});
