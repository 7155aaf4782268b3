import { ApiError, SessionOverError } from '../api/problem';
import type { Tokens } from './cognito';
import type { Identity } from './identity';

export type SessionState =
  | { kind: 'starting' }
  /** `whose`: who was signed in when the session ran out, null after a sign-out. */
  | { kind: 'signed-out'; notice: string | null; whose: string | null }
  | { kind: 'signed-in'; identity: Identity };

interface Dependencies {
  currentTokens: (renew: boolean) => Promise<Tokens | null>;
  /** Takes the tokens out of this tab at once, then tells Cognito. */
  endSession: () => Promise<void>;
  /** Takes them out of this tab, and tells nobody. */
  dropTokens: () => void;
  /** Forgets everything of a user: answers, links, uploads. */
  forget: (why: 'signed-out' | 'other-user' | 'over') => void;
}

const OVER = 'Your session is over. Sign in again to go on where you were.';
const NOT_NOW = 'The sign-in service does not answer just now. Try again in a minute.';

/**
 * What may pass of that which a renewal is refused with; all else would be said again and again,
 * and ends the session. `ForbiddenException`: the firewall. `Unknown` and `SyntaxError`: an answer
 * that is none of Cognito's, of a proxy say.
 */
const PASSING: ReadonlySet<string> = new Set([
  ...['TooManyRequestsException', 'LimitExceededException', 'ThrottlingException'],
  ...['InternalErrorException', 'ServiceUnavailableException', 'UnexpectedLambdaException'],
  ...['ForbiddenException', 'TimeoutError', 'Unknown', 'SyntaxError'],
]);
/** `metadata`: Amplify's, of the answer. */
const mayPass = (error: Error & { metadata?: { httpStatusCode?: number } }): boolean => {
  const status = error.metadata?.httpStatusCode ?? 0;
  return PASSING.has(error.name) || status === 429 || status >= 500;
};

/** The session of this tab. Tokens are asked for at each request; Amplify renews old ones. */
export class Session {
  #state: SessionState = { kind: 'starting' };
  #lastUser: string | null = null;
  /** Counts the ends of sessions: tokens that were asked for before one are nobody's after it. */
  #ends = 0;
  readonly #listeners = new Set<() => void>();
  readonly #dependencies: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  readonly state = (): SessionState => this.#state;

  readonly ends = (): number => this.#ends;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Reads the session that this tab has, if any; again after each completed sign-in. */
  async begin(): Promise<void> {
    const tokens = await this.#tokens(false);
    if (tokens) {
      this.#signedIn(tokens.identity);
      return;
    }
    this.#dependencies.dropTokens(); // some may be left that are of no use
    this.#become({ kind: 'signed-out', notice: null, whose: null });
  }

  /** The ID token for a request; raises SessionOverError when there is none any more. */
  async token({ renew = false }: { renew?: boolean } = {}): Promise<string> {
    if (this.#state.kind === 'signed-out') throw new SessionOverError();
    const ends = this.#ends;
    const tokens = await this.#tokens(renew);
    if (ends !== this.#ends) {
      // They were renewed while somebody signed out, and put into the tab after that.
      if (this.state().kind === 'signed-out') this.#dependencies.dropTokens();
      throw new SessionOverError();
    }
    if (!tokens) {
      this.over();
      throw new SessionOverError();
    }
    // A renewed token may have other groups.
    this.#signedIn(tokens.identity);
    return tokens.idToken;
  }

  /** The session ended without the user: back to the sign-in, which comes back to this place. */
  readonly over = (): void => {
    if (this.#state.kind !== 'signed-in') return;
    const { email } = this.#state.identity;
    this.#ends += 1;
    this.#dependencies.dropTokens();
    this.#dependencies.forget('over');
    this.#become({ kind: 'signed-out', notice: OVER, whose: email });
  };

  async signOut(): Promise<void> {
    this.#ends += 1;
    // Nothing is left in the tab when it says so, however long Cognito takes.
    const told = this.#dependencies.endSession();
    this.#dependencies.forget('signed-out');
    this.#lastUser = null;
    this.#become({ kind: 'signed-out', notice: 'You are signed out.', whose: null });
    await told;
  }

  async #tokens(renew: boolean): Promise<Tokens | null> {
    try {
      return await this.#dependencies.currentTokens(renew);
    } catch (error) {
      if (!(error instanceof Error)) return null;
      // Nobody is signed out by a fault that may pass: the request fails, and is tried again.
      if (error.name === 'NetworkError') throw new TypeError(error.message);
      if (mayPass(error)) throw new ApiError(503, NOT_NOW);
      return null;
    }
  }

  #signedIn(identity: Identity): void {
    const before = this.#state;
    const same = (other: Identity) =>
      other.sub === identity.sub && other.groups.join() === identity.groups.join();
    if (before.kind === 'signed-in' && same(before.identity)) return;
    if (this.#lastUser !== null && this.#lastUser !== identity.sub) {
      this.#dependencies.forget('other-user');
    }
    this.#lastUser = identity.sub;
    this.#become({ kind: 'signed-in', identity });
  }

  #become(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
