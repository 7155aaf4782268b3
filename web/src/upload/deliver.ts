import { ApiError, sentenceOf } from '../api/problem';
import { removeWithPatience } from '../api/removal';
import type { Image, UploadAnswer, UploadRequest } from '../api/types';
import { isAborted, sleep } from '../common/waiting';
import { isOffline, untilOnline } from '../shell/line';
import type { Gate } from './gate';
import type { UploadItem } from './item';
import { asksAllToWait, MAX_ATTEMPTS, mayPass, SendError, waitAfter } from './retry';
import type { Form } from './send';

export interface Ways {
  createTask: (request: UploadRequest, signal: AbortSignal) => Promise<UploadAnswer>;
  send: (
    form: Form,
    file: Blob,
    onSent: (bytes: number) => void,
    signal: AbortSignal,
  ) => Promise<void>;
  result: (taskId: string, signal: AbortSignal) => Promise<Image>;
}

/** On its way, and not a byte of it. */
const BEGUN = { phase: 'sending', sent: 0 } as const;

interface Told {
  change: (change: Partial<UploadItem>) => void;
  /** Which task the file is sent for now; null: its time is over. */
  task: (id: string | null) => void;
}

/**
 * Sends a file, again if need be; the answer is its task, or null when it was cancelled. `before`:
 * a task that it was sent for before, if nobody knows what came of that. `gate`: where it waits with
 * all others when one of them has asked too often; that is no attempt. A fault is one, also when its
 * answer says for how long this file has to wait.
 */
export async function deliver(
  ways: Ways,
  request: UploadRequest,
  file: Blob,
  told: Told,
  before: string | null,
  gate: Gate,
  signal: AbortSignal,
): Promise<string | null> {
  let task: UploadAnswer | null = null;
  let unsure = before;
  let attempt = 1;
  const waits = (seconds: number, error: unknown) =>
    told.change({ ...BEGUN, note: `${sentenceOf(error)} Trying again in ${seconds} s.` });
  for (;;) {
    await gate.pass(signal, waits);
    if (isAborted(signal)) return null;
    try {
      // S3 may have it, and only the answer was lost: a form is for one file.
      if (unsure) {
        const arrived = await hasArrived(ways, unsure, signal);
        gate.passed();
        if (arrived) return unsure;
      }
      told.change({ ...BEGUN, note: null });
      if (!task) {
        task = await ways.createTask(request, signal);
        told.task(task.task_id);
        gate.passed();
      }
      if (isAborted(signal)) return null;
      unsure = task.task_id;
      await ways.send(task, file, (bytes) => told.change({ sent: bytes }), signal);
      return isAborted(signal) ? null : task.task_id;
    } catch (error) {
      if (isAborted(signal)) return null;
      const closed = task !== null && error instanceof SendError && error.status === 403;
      if (closed) {
        task = null; // its time is over: a new one is asked for
        unsure = null;
        told.task(null);
      } else if (!mayPass(error)) throw error;
      if (isOffline()) {
        told.change({ ...BEGUN, note: 'You are offline. It goes on when you are back.' });
        await untilOnline(signal);
        continue; // that was no attempt
      }
      if (asksAllToWait(error)) {
        gate.shut(error);
        continue;
      }
      if (attempt >= MAX_ATTEMPTS) throw error;
      attempt += 1;
      const wait = waitAfter(error, attempt);
      waits(Math.ceil(wait / 1000), error);
      await sleep(wait, signal);
    }
  }
}

async function hasArrived(ways: Ways, taskId: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { status } = await ways.result(taskId, signal);
    return status !== 'awaiting_upload';
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false; // forgotten or deleted
    throw error;
  }
}

/** Has the API delete an upload that nobody wants; the answer is a sentence when it could not. */
export async function takeBack(
  remove: (taskId: string) => Promise<unknown>,
  taskId: string,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    await removeWithPatience(() => remove(taskId), { signal });
    return null;
  } catch (error) {
    if (isAborted(signal)) return null;
    return `It may have been sent already: look in the gallery. ${sentenceOf(error)}`;
  }
}
