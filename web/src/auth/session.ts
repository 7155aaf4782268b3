import { SessionOverError } from '../api/problem';
import type { Tokens } from './cognito';
import type { Identity } from './identity';

export type SessionState =
  | { kind: 'starting' }
  | { kind: 'signed-out'; notice: string | null }
  | { kind: 'signed-in'; identity: Identity };

interface Dependencies {
  currentTokens: (renew: boolean) => Promise<Tokens | null>;
  endSession: () => Promise<void>;
  /** Forgets everything of a user: answers, links, uploads. */
  forget: (why: 'signed-out' | 'other-user' | 'over') => void;
}

const OVER = 'Your session is over. Sign in again to go on where you were.';

/** The session of this tab. Tokens are asked for at each request; Amplify renews old ones. */
export class Session {
  #state: SessionState = { kind: 'starting' };
  #lastUser: string | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #dependencies: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  readonly state = (): SessionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Reads the session that this tab has, if any; again after each completed sign-in. */
  async begin(): Promise<void> {
    const tokens = await this.#tokens(false);
    if (tokens) this.#signedIn(tokens.identity);
    else this.#become({ kind: 'signed-out', notice: null });
  }

  /** The ID token for a request; raises SessionOverError when there is none any more. */
  async token({ renew = false }: { renew?: boolean } = {}): Promise<string> {
    if (this.#state.kind === 'signed-out') throw new SessionOverError();
    const tokens = await this.#tokens(renew);
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
    this.#dependencies.forget('over');
    this.#become({ kind: 'signed-out', notice: OVER });
  };

  async signOut(): Promise<void> {
    this.#dependencies.forget('signed-out');
    this.#lastUser = null;
    this.#become({ kind: 'signed-out', notice: 'You are signed out.' });
    await this.#dependencies.endSession();
  }

  async #tokens(renew: boolean): Promise<Tokens | null> {
    try {
      return await this.#dependencies.currentTokens(renew);
    } catch (error) {
      // Without a connection nobody is signed out: the request fails, and may be tried again.
      if (error instanceof Error && error.name === 'NetworkError')
        throw new TypeError(error.message);
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
