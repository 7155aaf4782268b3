import { ApiError } from '../api/problem';

/** Attempts of one file before a person is asked. */
export const MAX_ATTEMPTS = 6;

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

/** True for what may succeed later: no connection, too many requests, a fault of the other side. */
export function mayPass(error: unknown): boolean {
  if (error instanceof ApiError) return error.mayPass;
  if (error instanceof SendError) {
    return error.status === 0 || error.status === 429 || error.status >= 500;
  }
  return error instanceof TypeError;
}
