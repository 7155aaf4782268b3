import { ApiError, SessionOverError } from '../api/problem';
import type { Image } from '../api/types';
import { hasEnded } from '../common/status';

/** Milliseconds between two looks at one image: at first, and at most. */
export const FIRST_LOOK = 1_000;
export const MAX_WAIT = 5_000;
/** After this time without any change people are told to look in the gallery later. */
export const PATIENCE = 10 * 60_000;
/** Between any two looks, so that a thousand files do not ask more than the API takes. */
const SPACING = 150;
const AT_ONCE = 4;
const WAIT_AFTER_ERROR = 10_000;

interface Watched {
  taskId: string;
  due: number;
  wait: number;
  status: string;
  changedAt: number;
  looking: boolean;
}

interface Dependencies {
  result: (taskId: string, signal: AbortSignal) => Promise<Image>;
  onResult: (taskId: string, image: Image, ended: boolean) => void;
  onGone: (taskId: string, sentence: string) => void;
}

/** The next wait: half as long again, up to the most. */
export const grown = (wait: number): number => Math.min(wait * 1.5, MAX_WAIT);

/** Asks for results until they are there. */
export class Poller {
  readonly #watched = new Map<string, Watched>();
  readonly #dependencies: Dependencies;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #paused = false;
  #abort = new AbortController();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  watch(taskId: string): void {
    const now = Date.now();
    this.#watched.set(taskId, {
      taskId,
      due: now + FIRST_LOOK,
      wait: FIRST_LOOK,
      status: '',
      changedAt: now,
      looking: false,
    });
    this.#schedule();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#schedule();
  }

  clear(): void {
    this.#watched.clear();
    this.#abort.abort();
    this.#abort = new AbortController();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #schedule(): void {
    if (this.#timer || this.#paused || this.#watched.size === 0) return;
    const dues = [...this.#watched.values()].filter((one) => !one.looking).map((one) => one.due);
    if (dues.length === 0) return;
    const wait = Math.max(SPACING, Math.min(...dues) - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#lookAtOne();
      this.#schedule();
    }, wait);
  }

  #lookAtOne(): void {
    const all = [...this.#watched.values()];
    if (this.#paused || all.filter((one) => one.looking).length >= AT_ONCE) return;
    const now = Date.now();
    const next = all
      .filter((one) => !one.looking && one.due <= now)
      .reduce<Watched | null>((first, one) => (first && first.due <= one.due ? first : one), null);
    if (next) void this.#look(next);
  }

  async #look(one: Watched): Promise<void> {
    one.looking = true;
    try {
      const image = await this.#dependencies.result(one.taskId, this.#abort.signal);
      if (this.#watched.get(one.taskId) === one) this.#learn(one, image);
    } catch (error) {
      if (this.#watched.get(one.taskId) === one) this.#failed(one, error);
    } finally {
      one.looking = false;
      this.#schedule();
    }
  }

  #learn(one: Watched, image: Image): void {
    const now = Date.now();
    if (image.status !== one.status) {
      one.status = image.status;
      one.changedAt = now;
    }
    const ended = hasEnded(image.status);
    if (ended) this.#watched.delete(one.taskId);
    this.#dependencies.onResult(one.taskId, image, ended);
    if (!ended) this.#again(one, grown(one.wait));
  }

  #failed(one: Watched, error: unknown): void {
    if (error instanceof SessionOverError) {
      this.#again(one, FIRST_LOOK);
    } else if (error instanceof ApiError && error.status === 404) {
      this.#giveUp(one, 'This image has been deleted.');
    } else if (error instanceof ApiError && !error.mayPass) {
      this.#giveUp(one, error.message);
    } else {
      this.#again(one, WAIT_AFTER_ERROR);
    }
  }

  #again(one: Watched, wait: number): void {
    const now = Date.now();
    if (now - one.changedAt > PATIENCE) {
      this.#giveUp(one, 'This takes longer than usual. Look in the gallery later.');
      return;
    }
    one.wait = Math.min(wait, MAX_WAIT);
    one.due = now + wait;
  }

  #giveUp(one: Watched, sentence: string): void {
    this.#watched.delete(one.taskId);
    this.#dependencies.onGone(one.taskId, sentence);
  }
}
