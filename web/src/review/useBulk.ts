import { useQueryClient } from '@tanstack/react-query';
import { useApi } from '../api/ApiContext';
import { SessionOverError } from '../api/problem';
import type { Session } from '../auth/session';
import { useSession } from '../auth/SessionContext';
import { useAnnounce } from '../common/announcer';
import { formatCount } from '../common/format';
import { decideAll, type Failure } from './bulk';
import { afterDecision, afterUndo, type Decided } from './order';
import { type Seen } from './seen';
import { useShared, useWork } from './useWork';

/** An image of the list, as it was when somebody chose it. */
export interface Chosen {
  id: string;
  name: string;
  seen: Seen;
}

/** What is approved, or taken back, at the moment or was last. */
export interface Run {
  past: 'approved' | 'taken back';
  all: number;
  /** What was done, and could be taken back. */
  done: readonly (Decided & { name: string })[];
  failures: readonly (Failure & { name: string })[];
  isOver: boolean;
}

const NONE = (): Run | null => null;

/** A signal that comes when the session of this moment ends, and what ends the watch for it. */
function endOf(session: Session): [AbortSignal, () => void] {
  const over = new AbortController();
  const subOf = (state: ReturnType<Session['state']>) =>
    state.kind === 'signed-in' ? state.identity.sub : null;
  const sub = subOf(session.state());
  const stop = session.subscribe(() => {
    if (subOf(session.state()) !== sub) over.abort();
  });
  return [over.signal, stop];
}

/** Approves many images, or takes that back; goes on, and is told, also when the page is left. */
export function useBulk() {
  const api = useApi();
  const client = useQueryClient();
  const { session } = useSession();
  const announce = useAnnounce();
  const [, setWork] = useWork();
  const [run, setRun] = useShared('bulk-run', NONE);

  const start = async <One extends { id: string; name: string }>(
    past: Run['past'],
    all: readonly One[],
    decide: (one: One) => Promise<{ number: number }>,
    onMade: (id: string, number: number) => void,
  ) => {
    const [over, stop] = endOf(session);
    let now: Run = { past, all: all.length, done: [], failures: [], isOver: false };
    const show = (change: Partial<Run>) => {
      now = { ...now, ...change };
      // Whoever is signed in by now may be somebody else.
      if (!over.aborted) setRun(() => now);
    };
    show({});
    try {
      await decideAll(
        all,
        decide,
        ({ id, name }, made, failure) => {
          if (made) {
            onMade(id, made.number);
            show({ done: [...now.done, { id, name, number: made.number }] });
          } else if (failure) show({ failures: [...now.failures, { ...failure, name }] });
        },
        over,
      );
    } catch (error) {
      // The sign-in is there by now, and says so; the queue shows what is left.
      if (error instanceof SessionOverError) return;
      throw error;
    } finally {
      show({ isOver: true });
      stop();
    }
    if (over.aborted) return;
    announce(
      `${formatCount(now.done.length, 'image')} ${past}, ${now.failures.length.toString()} not.`,
    );
    await client.invalidateQueries({ queryKey: ['reviews'] });
    await client.invalidateQueries({ queryKey: ['result'] });
  };

  return {
    run,
    busy: run !== null && !run.isOver,
    close: () => setRun(NONE),
    approve: (chosen: readonly Chosen[]) =>
      start(
        'approved',
        chosen,
        ({ id, seen }) => api.decide(id, { decision: 'approve', ...seen }),
        (id, number) => setWork((work) => afterDecision(work, id, number)),
      ),
    takeBack: (done: Run['done']) =>
      start(
        'taken back',
        done,
        ({ id, number }) => api.undo(id, number),
        (id) => setWork((work) => afterUndo(work, id)),
      ),
  };
}
