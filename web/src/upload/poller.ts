import { ApiError, SessionOverError } from '../api/problem';
import type { Image, Images, Summary } from '../api/types';
import { hasEnded } from '../common/status';
import { type Finding, findingOf } from './item';
import { askedToWait, mayPass } from './retry';

/** Milliseconds between two looks at one image: at first, and at most. */
export const FIRST_LOOK = 1_000;
export const MAX_WAIT = 5_000;
/** After this time without any change people are told so, and it is looked at less often. */
export const PATIENCE = 10 * 60_000;
/** Milliseconds between two looks then. */
export const SLOW_WAIT = 60_000;
/** Between any two looks. */
const SPACING = 150;
const AT_ONCE = 4;
/** With more than so many, lists are looked at instead of each image. */
export const MANY = 5;
/**
 * Between any two looks then: an office of people behind one address has to stay below the
 * firewall's rate, and a hundred of them below the API's.
 */
export const MANY_SPACING = 1_500;
const WAIT_AFTER_ERROR = 10_000;

interface Watched {
  taskId: string;
  due: number;
  wait: number;
  status: string;
  changedAt: number;
  /** Nothing has changed for PATIENCE. */
  slow: boolean;
  looking: boolean;
  /** The last round of lists that it was in. */
  round: number;
}

interface Dependencies {
  result: (taskId: string, signal: AbortSignal) => Promise<Image>;
  newest: (cursor: string | undefined, signal: AbortSignal) => Promise<Images>;
  onResult: (taskId: string, finding: Finding, ended: boolean) => void;
  onSlow: (taskId: string, sentence: string) => void;
  onGone: (taskId: string, sentence: string) => void;
}

/** The next wait: half as long again, up to the most. */
export const grown = (wait: number): number => Math.min(wait * 1.5, MAX_WAIT);

/** Asks for results until they are there. */
export class Poller {
  readonly #watched = new Map<string, Watched>();
  readonly #dependencies: Dependencies;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #timerAt = 0;
  #paused = false;
  #abort = new AbortController();
  /** No look before this time: the API or the firewall asked for it. */
  #notBefore = 0;
  /** No lists before this time, while all that is waited for is slow. */
  #restUntil = 0;
  /** A round of lists goes from the newest image back, as far as there can be one of ours. */
  #round = 1;
  #pages = 0;
  /** Images that were watched since there was none to watch. */
  #sinceNone = 0;
  #cursor: string | undefined;
  #listing = false;
  #listRefused = false;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  watch(taskId: string): void {
    const now = Date.now();
    this.#sinceNone = this.#watched.size === 0 ? 1 : this.#sinceNone + 1;
    this.#watched.set(taskId, {
      taskId,
      due: now + FIRST_LOOK,
      wait: FIRST_LOOK,
      status: '',
      changedAt: now,
      slow: false,
      looking: false,
      round: 0,
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
    this.#listing = false;
    // Whoever comes next may list what the one before might not, and has asked for nothing yet.
    this.#listRefused = false;
    this.#sinceNone = 0;
    this.#notBefore = 0;
    this.#restUntil = 0;
    this.#nextRound();
  }

  get #many(): boolean {
    return this.#watched.size > MANY && !this.#listRefused;
  }

  get #allSlow(): boolean {
    return [...this.#watched.values()].every((one) => one.slow);
  }

  #schedule(): void {
    if (this.#paused || this.#watched.size === 0) return;
    const now = Date.now();
    let at = now + MANY_SPACING;
    if (!this.#many) {
      const dues = [...this.#watched.values()].filter((one) => !one.looking).map((one) => one.due);
      if (dues.length === 0) return;
      at = Math.max(now + SPACING, Math.min(...dues));
    } else if (this.#allSlow) at = Math.max(at, this.#restUntil);
    at = Math.max(at, this.#notBefore);
    // What came later may be due earlier.
    if (this.#timer && this.#timerAt <= at) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      // It may have been asked for while this was waited for.
      if (Date.now() >= this.#notBefore) {
        if (this.#many) this.#lookAtMany();
        else this.#lookAtOne();
      }
      this.#schedule();
    }, at - now);
  }

  #lookAtOne(mayBe: (one: Watched) => boolean = () => true): boolean {
    const all = [...this.#watched.values()];
    if (this.#paused || all.filter((one) => one.looking).length >= AT_ONCE) return false;
    const now = Date.now();
    const next = all
      .filter((one) => !one.looking && one.due <= now && mayBe(one))
      .reduce<Watched | null>((first, one) => (first && first.due <= one.due ? first : one), null);
    if (next) void this.#look(next);
    return next !== null;
  }

  /** A page of the newest images; after the last, one of those that were on none. */
  #lookAtMany(): void {
    if (this.#paused || this.#listing) return;
    if (this.#pages > 0 && this.#isOver()) {
      const round = this.#round;
      this.#nextRound();
      if (this.#lookAtOne((one) => one.round < round)) return;
      if (this.#allSlow) {
        this.#restUntil = Date.now() + SLOW_WAIT;
        return;
      }
    }
    void this.#list();
  }

  #isOver(): boolean {
    const all = [...this.#watched.values()];
    // A hundred are on a page, those that have ended too, and others' images may be between ours.
    const enough = this.#pages > this.#sinceNone / 100 + 1;
    return !this.#cursor || enough || all.every((one) => one.round === this.#round);
  }

  async #list(): Promise<void> {
    const { signal } = this.#abort;
    this.#listing = true;
    try {
      const { items, next } = await this.#dependencies.newest(this.#cursor, signal);
      if (signal.aborted) return;
      this.#pages += 1;
      this.#cursor = next ?? undefined;
      for (const image of items) {
        const one = image.task_id ? this.#watched.get(image.task_id) : undefined;
        if (!one) continue;
        one.round = this.#round;
        this.#learn(one, image);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#nextRound();
      if (mayPass(error)) this.#notBefore = Date.now() + (askedToWait(error) || WAIT_AFTER_ERROR);
      else if (!(error instanceof SessionOverError)) this.#listRefused = true;
    } finally {
      if (!signal.aborted) {
        this.#listing = false;
        this.#schedule();
      }
    }
  }

  #nextRound(): void {
    this.#round += 1;
    this.#pages = 0;
    this.#cursor = undefined;
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

  #learn(one: Watched, image: Image | Summary): void {
    const now = Date.now();
    if (image.status !== one.status) {
      one.status = image.status;
      one.changedAt = now;
      one.slow = false;
    }
    const ended = hasEnded(image.status);
    if (ended) this.#watched.delete(one.taskId);
    if (!one.slow) this.#dependencies.onResult(one.taskId, findingOf(image), ended);
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
      const wait = askedToWait(error);
      // It is not about this image: the others would be told the same.
      if (wait > 0) this.#notBefore = Date.now() + wait;
      this.#again(one, Math.max(wait, WAIT_AFTER_ERROR));
    }
  }

  #again(one: Watched, wait: number): void {
    const now = Date.now();
    if (now - one.changedAt > PATIENCE) {
      if (!one.slow) this.#dependencies.onSlow(one.taskId, 'This takes longer than usual.');
      one.slow = true;
      one.due = now + SLOW_WAIT;
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
