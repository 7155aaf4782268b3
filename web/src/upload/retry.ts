import { ApiError } from '../api/problem';

/** Attempts of one file before a person is asked. */
export const MAX_ATTEMPTS = 6;
/** Times that a file waits because the other side asked for it. */
export const MAX_ASKED = 3;
/** Milliseconds: who is asked to wait for longer is told, instead of waiting without a word. */
const LONGEST_WAIT = 5 * 60_000;

/** The way to S3 failed; `status` 0: no answer came. */
export class SendError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Milliseconds to wait before an attempt: 1, 2, 4, 8, 16 s, half of it by chance. */
export function waitBefore(attempt: number, random: () => number = Math.random): number {
  const full = 1000 * 2 ** (attempt - 2);
  return Math.min(full, 30_000) * (0.5 + random() / 2);
}

/** What the other side asked for: the firewall and the API say when there is room again. */
export const askedToWait = (error: unknown): number =>
  error instanceof ApiError ? error.retryAfter : 0;

/** True when it makes no sense to try again soon: the uploads of the day are used up. */
export const isForLong = (error: unknown): boolean => askedToWait(error) > LONGEST_WAIT;

/** True for what may succeed later: no connection, too many requests, a fault of the other side. */
export function mayPass(error: unknown): boolean {
  if (error instanceof ApiError) return error.mayPass;
  if (error instanceof SendError) {
    return error.status === 0 || error.status === 429 || error.status >= 500;
  }
  return error instanceof TypeError;
}

/** Asked by a function, since compilers take a second look at `aborted` for the first. */
export const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** Resolves after a time; rejects when the signal is aborted. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
