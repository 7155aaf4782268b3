import { ApiError } from '../api/problem';
import { waitBefore } from '../common/waiting';

/** Attempts of one file before a person is asked. */
export const MAX_ATTEMPTS = 6;
/** Milliseconds: a file that waits after a fault keeps its place among the few that are sent. */
const LONGEST_ASKED = 60_000;

/** The way to S3 failed; `status` 0: no answer came. */
export class SendError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What the other side asked for: the firewall and the API say when there is room again. */
export const askedToWait = (error: unknown): number =>
  error instanceof ApiError ? error.retryAfter : 0;

/** True for too many requests, of whomever: the others would be told the same. */
export const asksAllToWait = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 429 && error.retryAfter > 0;

/** Milliseconds before another attempt after a fault: as long as it asks for, and some by chance. */
export const waitAfter = (error: unknown, attempt: number): number =>
  Math.min(askedToWait(error), LONGEST_ASKED) + waitBefore(attempt);

/** True for what may succeed later: no connection, too many requests, a fault of the other side. */
export function mayPass(error: unknown): boolean {
  if (error instanceof ApiError) return error.mayPass;
  if (error instanceof SendError) {
    return error.status === 0 || error.status === 429 || error.status >= 500;
  }
  return error instanceof TypeError;
}
