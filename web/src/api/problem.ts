/** Errors of the API (RFC 9457), and of the way to it. */

export interface WrongValue {
  where: string;
  problem: string;
}

/**
 * A request that failed; `message` is a sentence for people. `status` 0: no answer came.
 * `retryAfter`: milliseconds after which it says that another attempt makes sense; 0: it does not say.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly wrong: readonly WrongValue[];
  readonly retryAfter: number;

  constructor(
    status: number,
    message: string,
    wrong: readonly WrongValue[] = [],
    retryAfter: number = 0,
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.wrong = wrong;
    this.retryAfter = retryAfter;
  }

  /** True when the same request may succeed later. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The session is over; the console then shows the sign-in. */
export class SessionOverError extends Error {
  constructor() {
    super('Your session is over. Sign in again.');
    this.name = 'SessionOverError';
  }
}

const NO_ANSWER = 'Sightline could not be reached. Check your connection, then try again.';
const BY_STATUS: Record<number, string> = {
  401: 'Your session is over. Sign in again.',
  403: 'You may not do this. Ask an administrator if you think that you should.',
  404: 'There is no such thing, or it has been deleted.',
  409: 'Somebody else was faster. Load the page again, then decide.',
  413: 'This is too large.',
  429: 'Too many requests at once. Wait a few seconds, then try again.',
};

/** The milliseconds of a header Retry-After in seconds, which is how the API writes it. */
const waitOf = (headers: Headers): number => {
  const seconds = Number(headers.get('Retry-After') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
};

/** Makes an error of an answer; reads problem documents and what API Gateway says by itself. */
export function problemOf(status: number, body: unknown, headers = new Headers()): ApiError {
  const document =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const wrong = Array.isArray(document.errors) ? (document.errors as WrongValue[]) : [];
  const stock =
    BY_STATUS[status] ??
    (status >= 500
      ? 'Something went wrong on our side. Try again in a minute.'
      : `The request was refused (${status}).`);
  const detail = typeof document.detail === 'string' && document.detail ? document.detail : stock;
  const problems = wrong.map(({ where, problem }) => `${where}: ${problem}`);
  const missing = problems.filter((problem) => !detail.includes(problem));
  return new ApiError(status, [detail, ...missing].join(' '), wrong, waitOf(headers));
}

/** The error of a request that got no answer. */
export function noAnswer(): ApiError {
  return new ApiError(0, NO_ANSWER);
}

/** What people read of any error. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError || error instanceof SessionOverError) return error.message;
  if (error instanceof Error && error.message) return error.message;
  return 'Something went wrong. Load the page again; if it stays, tell an administrator.';
}
