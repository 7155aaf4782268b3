/** Presigned links: the same picture gets a new link with each answer, and would be loaded anew. */

const STOCK_SECONDS = 10 * 60;
const SPARE_SECONDS = 60;
/** Milliseconds that a picture is left alone when a new link did not help either. */
const REST = 60_000;

/** When a presigned link ends, in milliseconds since the epoch; null if the link does not say. */
export function expiryOf(link: string): number | null {
  const query = new URLSearchParams(link.split('?', 2)[1] ?? '');
  const expires = query.get('Expires');
  if (expires) return Number(expires) * 1000;
  const signed = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '');
  const seconds = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  if (!signed || Number.isNaN(seconds)) return null;
  const [year, month, day, hour, minute, second] = signed.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second) + seconds * 1000;
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
    if (kept && kept.until > this.#now()) return kept.link;
    const until = (expiryOf(fresh) ?? this.#now() + STOCK_SECONDS * 1000) - SPARE_SECONDS * 1000;
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
