/** Milliseconds between two drawings of a list: progress events come by the hundred. */
const DRAW_EVERY = 100;

/** What listeners see of something that changes often: a picture of it now and then. */
export class Snapshots<T> {
  readonly #take: () => T;
  readonly #listeners = new Set<() => void>();
  #latest: T;
  #drawing: ReturnType<typeof setTimeout> | null = null;

  constructor(take: () => T) {
    this.#take = take;
    this.#latest = take();
  }

  readonly latest = (): T => this.#latest;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Draws within a moment. */
  draw(): void {
    this.#drawing ??= setTimeout(() => this.drawNow(), DRAW_EVERY);
  }

  drawNow(): void {
    if (this.#drawing) clearTimeout(this.#drawing);
    this.#drawing = null;
    this.#latest = this.#take();
    for (const listener of this.#listeners) listener();
  }
}
