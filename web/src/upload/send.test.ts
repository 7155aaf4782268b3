import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { mayPass } from './retry';
import { STILL, STILL_AT_END, sendFile } from './send';

/** As much of XMLHttpRequest as is used. */
class FakeRequest {
  static last: FakeRequest;
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onabort?: () => void;
  onloadend?: () => void;
  status = 0;
  responseText = '';
  constructor() {
    FakeRequest.last = this;
  }
  open = vi.fn();
  send = vi.fn();
  abort() {
    this.onabort?.();
    this.onloadend?.();
  }
  answer(status: number) {
    this.status = status;
    this.onload?.();
    this.onloadend?.();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

function begin() {
  const abort = new AbortController();
  const sent = vi.fn();
  const file = new File(['x'.repeat(100)], 'a.jpg');
  const done = sendFile({ url: '/s3', fields: { key: 'k' } }, file, sent, abort.signal);
  const ended = done.then(
    () => 'sent',
    (error: unknown) => error,
  );
  return { abort, sent, ended, request: FakeRequest.last };
}

test('a slow line is waited for as long as something goes', async () => {
  const { request, sent, ended } = begin();
  for (const loaded of [10, 50, 99]) {
    await pass(STILL - 1);
    request.upload.onprogress?.({ loaded, total: 120 });
  }
  request.upload.onprogress?.({ loaded: 120, total: 120 });
  await pass(STILL_AT_END - 1);
  request.answer(204);
  expect(await ended).toBe('sent');
  expect(sent).toHaveBeenLastCalledWith(100);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  [[], STILL],
  [[50], STILL],
  [[120], STILL_AT_END],
])('a line that stands still after %j is given up, and tried again', async (steps, after) => {
  const { request, ended } = begin();
  for (const loaded of steps) request.upload.onprogress?.({ loaded, total: 120 });
  await pass(after);
  const error = await ended;
  expect(error).toMatchObject({ status: 0, message: 'The connection stood still.' });
  expect(mayPass(error)).toBe(true);
});

test('a cancelled one ends with the reason for it', async () => {
  const { abort, ended } = begin();
  abort.abort(new Error('cancelled'));
  expect(await ended).toMatchObject({ message: 'cancelled' });
  expect(vi.getTimerCount()).toBe(0);
});
