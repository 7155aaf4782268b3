import { sleep, waitBefore } from '../common/waiting';
import { askedToWait } from './retry';

/** Milliseconds: who is asked to wait for longer at once is told, instead of waiting unawares. */
const LONGEST_WAIT = 5 * 60_000;
/** Pauses, one after the other and nothing let in between, before people are told. */
export const GATE_PATIENCE = 15 * 60_000;

/**
 * Where all files of a queue wait when the API or the firewall asks one of them to: the others would
 * be told the same, and each request counts for the firewall.
 */
export class Gate {
  #opensAt = 0;
  #error: unknown = null;
  /** Since when nothing has been let in. */
  #since = 0;
  /** Why files are not kept waiting any more, but told. */
  #closed: { error: unknown } | null = null;

  /** Waits until it is open; throws what closed it when that is for long. */
  async pass(signal: AbortSignal, onWait: (seconds: number, error: unknown) => void) {
    for (;;) {
      const wait = this.#opensAt - Date.now();
      if (wait <= 0) break;
      if (this.#closed) throw this.#closed.error;
      // Not all at the same moment.
      const whole = wait + waitBefore(2);
      onWait(Math.ceil(whole / 1000), this.#error);
      await sleep(whole, signal);
    }
    if (this.#closed) this.open();
  }

  /** An answer asked for a pause. */
  shut(error: unknown): void {
    const now = Date.now();
    const wait = askedToWait(error);
    // Nobody has come back to the last pause for long: that was another time.
    if (now > this.#opensAt + LONGEST_WAIT) this.#since = now;
    this.#error = error;
    this.#opensAt = Math.max(this.#opensAt, now + wait);
    if (wait > LONGEST_WAIT || this.#opensAt - this.#since > GATE_PATIENCE) {
      this.#closed = { error };
    }
  }

  /** A request was answered. */
  passed(): void {
    this.#since = Date.now();
  }

  /** Forgets every pause: a person asked for it. */
  open(): void {
    this.#opensAt = 0;
    this.#closed = null;
  }
}
