import { SessionOverError, sentenceOf } from '../api/problem';
import type { Image, Images, UploadAnswer, UploadRequest } from '../api/types';
import { checkFile, Duplicates, type Limits } from './check';
import { nameFor, type UploadItem } from './item';
import { Poller } from './poller';
import {
  askedToWait,
  isAborted,
  MAX_ATTEMPTS,
  mayPass,
  SendError,
  sleep,
  waitBefore,
} from './retry';
import type { Form } from './send';

/** Files that are sent at the same time: more do not fill a line any better. */
export const AT_ONCE = 4;
const CHECKED_AT_ONCE = 8;
/** Milliseconds between two drawings of the list: progress events come by the hundred. */
const DRAW_EVERY = 100;

interface Dependencies {
  createTask: (request: UploadRequest, signal: AbortSignal) => Promise<UploadAnswer>;
  send: (
    form: Form,
    file: Blob,
    onSent: (bytes: number) => void,
    signal: AbortSignal,
  ) => Promise<void>;
  result: (taskId: string, signal: AbortSignal) => Promise<Image>;
  newest: (cursor: string | undefined, signal: AbortSignal) => Promise<Images>;
  limits: Limits;
}

export interface Dropped {
  file: File;
  path: string;
}

/** All files that were added in this page's life; it lives above the router, so nothing is lost. */
export class UploadQueue {
  readonly #items = new Map<number, UploadItem>();
  readonly #byTask = new Map<string, number>();
  readonly #aborts = new Map<number, AbortController>();
  readonly #duplicates = new Duplicates();
  readonly #listeners = new Set<() => void>();
  readonly #dependencies: Dependencies;
  readonly #poller: Poller;
  #snapshot: readonly UploadItem[] = [];
  #drawing: ReturnType<typeof setTimeout> | null = null;
  #lastId = 0;
  #sending = 0;
  #checking = 0;
  #paused = false;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    this.#poller = new Poller({
      result: dependencies.result,
      newest: dependencies.newest,
      onResult: (taskId, result, ended) =>
        this.#changeTask(taskId, ended ? { result, phase: 'ended', note: null } : { result }),
      onGone: (taskId, note) => this.#changeTask(taskId, { phase: 'unfinished', note }),
    });
  }

  readonly items = (): readonly UploadItem[] => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(dropped: readonly Dropped[]): void {
    for (const { file, path } of dropped) {
      this.#lastId += 1;
      this.#items.set(this.#lastId, {
        id: this.#lastId,
        file,
        path,
        phase: 'checking',
        contentType: null,
        sent: 0,
        note: null,
        taskId: null,
        result: null,
      });
    }
    this.#pump();
    this.#draw();
  }

  cancel(id: number): void {
    const item = this.#items.get(id);
    if (!item || !['checking', 'waiting', 'sending'].includes(item.phase)) return;
    this.#duplicates.forget(item.file);
    this.#change(id, { phase: 'cancelled', sent: 0, note: null });
    this.#aborts.get(id)?.abort();
  }

  cancelAll(): void {
    for (const id of this.#items.keys()) this.cancel(id);
  }

  /** Sends a file anew that failed or was cancelled. */
  retry(id: number): void {
    const item = this.#items.get(id);
    if (item?.phase !== 'failed' && item?.phase !== 'cancelled') return;
    this.#change(id, { phase: item.contentType ? 'waiting' : 'checking', note: null, sent: 0 });
    this.#pump();
  }

  retryFailed(): void {
    for (const [id, item] of this.#items) if (item.phase === 'failed') this.retry(id);
  }

  /** Takes what has ended, one way or another, from the list. */
  tidy(): void {
    for (const [id, item] of this.#items) {
      if (['checking', 'waiting', 'sending', 'analysing'].includes(item.phase)) continue;
      this.#items.delete(id);
      if (item.taskId) this.#byTask.delete(item.taskId);
      this.#duplicates.forget(item.file);
    }
    this.#draw();
  }

  /** The session is over: nothing new begins until `resume`. */
  pause(): void {
    this.#paused = true;
    this.#poller.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#poller.resume();
    this.#pump();
  }

  /** Forgets everything: the files were somebody else's. */
  clear(): void {
    this.#items.clear();
    this.#byTask.clear();
    for (const abort of this.#aborts.values()) abort.abort();
    this.#poller.clear();
    this.#duplicates.clear();
    this.#draw(0);
  }

  #pump(): void {
    for (const item of this.#items.values()) {
      if (
        item.phase === 'checking' &&
        this.#checking < CHECKED_AT_ONCE &&
        !this.#aborts.has(item.id)
      ) {
        this.#checking += 1;
        void this.#work(
          item.id,
          (signal) => this.#check(item, signal),
          () => {
            this.#checking -= 1;
          },
        );
      }
      if (
        item.phase === 'waiting' &&
        this.#sending < AT_ONCE &&
        !this.#paused &&
        !this.#aborts.has(item.id)
      ) {
        this.#sending += 1;
        void this.#work(
          item.id,
          (signal) => this.#send(item, signal),
          () => {
            this.#sending -= 1;
          },
        );
      }
      if (this.#sending >= AT_ONCE && this.#checking >= CHECKED_AT_ONCE) return;
    }
  }

  /** Runs one piece of work for an item; what it throws becomes the item's note. */
  async #work(
    id: number,
    run: (signal: AbortSignal) => Promise<void>,
    after: () => void,
  ): Promise<void> {
    const abort = new AbortController();
    this.#aborts.set(id, abort);
    try {
      await run(abort.signal);
    } catch (error) {
      if (error instanceof SessionOverError) this.#change(id, { phase: 'waiting', sent: 0 });
      else if (!abort.signal.aborted)
        this.#change(id, { phase: 'failed', sent: 0, note: sentenceOf(error) });
    } finally {
      if (this.#aborts.get(id) === abort) this.#aborts.delete(id);
      after();
      this.#pump();
    }
  }

  async #check({ id, file, path }: UploadItem, signal: AbortSignal): Promise<void> {
    const checked = await checkFile(file, this.#dependencies.limits);
    if (isAborted(signal)) return;
    if ('refusal' in checked) {
      this.#change(id, { phase: 'refused', note: checked.refusal });
      return;
    }
    const same = await this.#duplicates.nameOfSame(file, path);
    if (signal.aborted) this.#duplicates.forget(file);
    else if (same)
      this.#change(id, { phase: 'refused', note: `This is the same picture as ${same}.` });
    else this.#change(id, { phase: 'waiting', contentType: checked.contentType });
  }

  async #send({ id, file, contentType }: UploadItem, signal: AbortSignal): Promise<void> {
    const request = {
      name: nameFor(file),
      content_type: contentType,
      bytes: file.size,
    } as UploadRequest;
    let task: UploadAnswer | null = null;
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#change(id, { phase: 'sending', sent: 0, note: null });
        task ??= await this.#dependencies.createTask(request, signal);
        await this.#dependencies.send(task, file, (sent) => this.#change(id, { sent }), signal);
        break;
      } catch (error) {
        if (isAborted(signal)) return;
        const closed = task !== null && error instanceof SendError && error.status === 403;
        if (closed) task = null; // its time is over: a new one is asked for
        if (attempt >= MAX_ATTEMPTS || !(closed || mayPass(error))) throw error;
        const wait = askedToWait(error) + waitBefore(attempt + 1);
        this.#change(id, {
          sent: 0,
          note: `${sentenceOf(error)} Trying again in ${Math.ceil(wait / 1000)} s.`,
        });
        await sleep(wait, signal);
      }
    }
    if (isAborted(signal)) return;
    this.#byTask.set(task.task_id, id);
    this.#change(id, { phase: 'analysing', sent: file.size, note: null, taskId: task.task_id });
    this.#poller.watch(task.task_id);
  }

  #changeTask(taskId: string, change: Partial<UploadItem>): void {
    const id = this.#byTask.get(taskId);
    if (id !== undefined) this.#change(id, change);
  }

  #change(id: number, change: Partial<UploadItem>): void {
    const item = this.#items.get(id);
    if (!item) return;
    // Late news of a file that was cancelled.
    if (item.phase === 'cancelled' && change.phase === undefined) return;
    this.#items.set(id, { ...item, ...change });
    this.#draw();
  }

  #draw(after: number = DRAW_EVERY): void {
    if (this.#drawing && after > 0) return;
    if (this.#drawing) clearTimeout(this.#drawing);
    const draw = () => {
      this.#drawing = null;
      this.#snapshot = [...this.#items.values()];
      for (const listener of this.#listeners) listener();
    };
    if (after === 0) draw();
    else this.#drawing = setTimeout(draw, after);
  }
}
