/** Presigned links: the same picture gets a new link with each answer, and would be loaded anew. */

const STOCK_LIFE = 10 * 60_000;
/** Milliseconds before its end at which a link is no longer used. */
const SPARE = 60_000;
/** Milliseconds that a picture is left alone when a new link did not help either. */
const REST = 60_000;

/**
 * Milliseconds that a presigned link works from its signature on; null if it does not say. When it
 * was signed it says too, but by the clock of S3: this one may be off by more than a link's life.
 */
export function lifeOf(link: string): number | null {
  const query = new URLSearchParams(link.split('?', 2)[1] ?? '');
  const seconds = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  return Number.isNaN(seconds) ? null : seconds * 1000;
}

/** Keeps the first link of each picture for as long as it works. */
export class StableLinks {
  readonly #links = new Map<string, { link: string; until: number }>();
  readonly #failures = new Map<string, { link: string; at: number; times: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The link to use for a picture, null while it rests; `fresh` is what the API said last. */
  use(picture: string, fresh: string): string | null {
    const failure = this.#failures.get(picture);
    if (failure && this.#now() < failure.at + REST) {
      if (failure.times > 1 || failure.link === fresh) return null;
    }
    const kept = this.#links.get(picture);
    if (kept && (kept.until > this.#now() || kept.link === fresh)) return kept.link;
    // A link is signed for the answer that it comes with, and used as soon as that is there.
    const until = this.#now() + (lifeOf(fresh) ?? STOCK_LIFE) - SPARE;
    this.#links.set(picture, { link: fresh, until });
    return fresh;
  }

  /** A link did not work: true when it makes sense to ask for another, once in a minute. */
  fail(picture: string, link: string): boolean {
    const before = this.#failures.get(picture);
    const at = this.#now();
    const times = before && at < before.at + REST ? before.times + 1 : 1;
    this.#failures.set(picture, { link, at, times });
    this.#links.delete(picture);
    return times === 1;
  }

  /** A picture that is there no more. */
  forget(picture: string): void {
    this.#links.delete(picture);
    this.#failures.delete(picture);
  }

  clear(): void {
    this.#links.clear();
    this.#failures.clear();
  }
}

/** Those of this page; cleared when somebody signs out. */
export const stableLinks = new StableLinks();
