import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Identity } from './identity';
import type { Session, SessionState } from './session';

export const SessionContext = createContext<Session | null>(null);

export function useSession(): { session: Session; state: SessionState } {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside of the app');
  const state = useSyncExternalStore(session.subscribe, session.state);
  return { session, state };
}

/** Who is signed in; only for what is shown to signed-in people. */
export function useIdentity(): Identity {
  const { state } = useSession();
  if (state.kind !== 'signed-in') throw new Error('useIdentity while nobody is signed in');
  return state.identity;
}
