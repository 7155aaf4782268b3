import { SessionOverError, sentenceOf } from '../api/problem';
import type { Images, UploadRequest } from '../api/types';
import { isAborted } from '../common/waiting';
import { checkFile, Duplicates, type Limits } from './check';
import { deliver, takeBack, type Ways } from './deliver';
import { Gate } from './gate';
import { hasEnded, isRunning, nameFor, type UploadItem } from './item';
import { Poller } from './poller';
import { Snapshots } from './snapshots';

/** Files that are sent at the same time: more do not fill a line any better. */
export const AT_ONCE = 4;
const CHECKED_AT_ONCE = 8;

interface Dependencies extends Ways {
  newest: (cursor: string | undefined, signal: AbortSignal) => Promise<Images>;
  remove: (taskId: string) => Promise<unknown>;
  limits: Limits;
}

/** A file with the folders that it came with, or why it could not be read. */
export interface Dropped {
  path: string;
  file?: File;
  problem?: string;
}

/** All files that were added in this page's life; it lives above the router, so nothing is lost. */
export class UploadQueue {
  readonly #items = new Map<number, UploadItem>();
  readonly #drawn = new Snapshots<readonly UploadItem[]>(() => [...this.#items.values()]);
  readonly #byTask = new Map<string, number>();
  readonly #aborts = new Map<number, AbortController>();
  readonly #duplicates = new Duplicates();
  readonly #dependencies: Dependencies;
  readonly #poller: Poller;
  #lastId = 0;
  #sending = 0;
  #checking = 0;
  #paused = false;
  /**
   * The tasks of files of which it is not known that S3 has them: asked about before they are sent
   * again, and deleted when they are cancelled.
   */
  readonly #tasks = new Map<number, string>();
  /** What has to end with the user's session. */
  #life = new AbortController();
  #gate = new Gate();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    this.#poller = new Poller({
      result: dependencies.result,
      newest: dependencies.newest,
      onResult: (taskId, result, ended) =>
        this.#changeTask(taskId, { result, phase: ended ? 'ended' : 'analysing', note: null }),
      onSlow: (taskId, note) => this.#changeTask(taskId, { phase: 'unfinished', note }),
      onGone: (taskId, note) => this.#changeTask(taskId, { phase: 'gone', note }),
    });
  }

  readonly items = this.#drawn.latest;
  readonly subscribe = this.#drawn.subscribe;

  add(dropped: readonly Dropped[]): void {
    for (const { file, path, problem } of dropped) {
      this.#lastId += 1;
      this.#items.set(this.#lastId, {
        id: this.#lastId,
        file: file ?? new File([], path),
        path,
        phase: file ? 'checking' : 'refused',
        contentType: null,
        sent: 0,
        note: problem ?? null,
        taskId: null,
        result: null,
      });
    }
    this.#pump();
    this.#drawn.draw();
  }

  cancel(id: number): void {
    const item = this.#items.get(id);
    if (!item || !isRunning(item)) return;
    this.#duplicates.forget(item.file);
    this.#change(id, { phase: 'cancelled', sent: 0, note: null });
    this.#aborts.get(id)?.abort();
    const taskId = this.#tasks.get(id);
    this.#tasks.delete(id);
    if (taskId) void this.#takeBack(id, taskId);
  }

  cancelAll(): void {
    for (const id of this.#items.keys()) this.cancel(id);
  }

  /** Sends a file anew that failed or was cancelled. */
  retry(id: number): void {
    const item = this.#items.get(id);
    if (item?.phase !== 'failed' && item?.phase !== 'cancelled') return;
    this.#gate.open(); // whoever asks for it has it tried
    this.#change(id, { phase: item.contentType ? 'waiting' : 'checking', note: null, sent: 0 });
    this.#pump();
  }

  retryFailed(): void {
    for (const [id, item] of this.#items) if (item.phase === 'failed') this.retry(id);
  }

  /**
   * Takes what has ended, one way or another, from the list. What failed when S3 may have had it is
   * taken back first: the list said that it was not sent.
   */
  tidy(): void {
    const unsure: [number, string][] = [];
    for (const [id, item] of this.#items) {
      if (!hasEnded(item)) continue;
      const taskId = this.#tasks.get(id);
      if (taskId) {
        this.#tasks.delete(id);
        this.#duplicates.forget(item.file);
        this.#change(id, { phase: 'cancelled', note: null });
        unsure.push([id, taskId]);
      } else this.#drop(item);
    }
    this.#drawn.draw();
    void this.#tidyUnsure(unsure);
  }

  /** One after the other: there may be hundreds. What could not be taken back stays, and says so. */
  async #tidyUnsure(unsure: readonly [number, string][]): Promise<void> {
    const { signal } = this.#life;
    for (const [id, taskId] of unsure) {
      await this.#takeBack(id, taskId);
      if (signal.aborted) return;
      const item = this.#items.get(id);
      if (item?.phase === 'cancelled' && item.note === null) this.#drop(item);
    }
  }

  #drop({ id, taskId, file }: UploadItem): void {
    this.#items.delete(id);
    if (taskId) this.#byTask.delete(taskId);
    this.#duplicates.forget(file);
    this.#drawn.draw();
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
    this.#tasks.clear();
    this.#gate = new Gate();
    this.#life.abort();
    this.#life = new AbortController();
    for (const abort of this.#aborts.values()) abort.abort();
    this.#poller.clear();
    this.#duplicates.clear();
    this.#drawn.drawNow();
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
      if (error instanceof SessionOverError) {
        this.#change(id, { phase: 'waiting', sent: 0, note: null });
      } else if (!abort.signal.aborted)
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
    const told = {
      change: (change: Partial<UploadItem>) => this.#change(id, change),
      task: (taskId: string | null) => {
        if (taskId === null) this.#tasks.delete(id);
        else this.#tasks.set(id, taskId);
      },
    };
    const before = this.#tasks.get(id) ?? null;
    const gate = this.#gate;
    const taskId = await deliver(this.#dependencies, request, file, told, before, gate, signal);
    this.#tasks.delete(id);
    if (taskId === null) return;
    this.#byTask.set(taskId, id);
    this.#change(id, { phase: 'analysing', sent: file.size, note: null, taskId });
    this.#poller.watch(taskId);
  }

  /** S3 may have had the file before the connection was cut: then it would be analysed. */
  async #takeBack(id: number, taskId: string): Promise<void> {
    const { signal } = this.#life;
    try {
      const note = await takeBack(this.#dependencies.remove, taskId, signal);
      if (note && this.#items.get(id)?.phase === 'cancelled') {
        this.#change(id, { phase: 'cancelled', note });
      }
    } catch (error) {
      if (!isAborted(signal)) throw error; // a wait that the end of the session ended
    }
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
    this.#drawn.draw();
  }
}
