import { ApiError, sentenceOf } from '../api/problem';
import type { Image, UploadAnswer, UploadRequest } from '../api/types';
import { isOffline, untilOnline } from '../shell/line';
import type { UploadItem } from './item';
import {
  askedToWait,
  isAborted,
  isForLong,
  MAX_ASKED,
  MAX_ATTEMPTS,
  mayPass,
  SendError,
  sleep,
  waitBefore,
} from './retry';
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

interface Told {
  change: (change: Partial<UploadItem>) => void;
  /** Which task the file is sent for now; null: its time is over. */
  task: (id: string | null) => void;
}

/**
 * Sends a file, again if need be; the answer is its task, or null when it was cancelled. `before`:
 * a task that it was sent for before, if nobody knows what came of that.
 */
export async function deliver(
  ways: Ways,
  request: UploadRequest,
  file: Blob,
  told: Told,
  before: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  let task: UploadAnswer | null = null;
  let unsure = before;
  let attempt = 1;
  let asked = 0;
  for (;;) {
    try {
      // S3 may have it, and only the answer was lost: a form is for one file.
      if (unsure && (await hasArrived(ways, unsure, signal))) return unsure;
      told.change({ phase: 'sending', sent: 0, note: null });
      if (!task) {
        task = await ways.createTask(request, signal);
        told.task(task.task_id);
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
      } else if (!mayPass(error) || isForLong(error)) throw error;
      if (isOffline()) {
        told.change({ sent: 0, note: 'You are offline. It goes on when you are back.' });
        await untilOnline(signal);
        continue; // that was no attempt
      }
      const pause = askedToWait(error);
      if (pause > 0) asked += 1;
      if (attempt >= MAX_ATTEMPTS || asked > MAX_ASKED) throw error;
      attempt += 1;
      const wait = pause + waitBefore(attempt);
      const seconds = Math.ceil(wait / 1000);
      told.change({ sent: 0, note: `${sentenceOf(error)} Trying again in ${seconds} s.` });
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

/** Times that the API is asked to forget an upload: one that is worked at is not deleted at once. */
const FORGET_ATTEMPTS = 5;

/** Has the API delete an upload that was cancelled; the answer is a sentence when it could not. */
export async function takeBack(
  remove: (taskId: string) => Promise<unknown>,
  taskId: string,
  signal: AbortSignal,
): Promise<string | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await remove(taskId);
      return null;
    } catch (error) {
      if (isAborted(signal)) return null;
      const status = error instanceof ApiError ? error.status : null;
      if (status === 404) return null;
      if (attempt >= FORGET_ATTEMPTS || !(status === 409 || mayPass(error))) {
        return `It may have been sent already: look in the gallery. ${sentenceOf(error)}`;
      }
      await sleep(askedToWait(error) + waitBefore(attempt + 1), signal);
    }
  }
}
