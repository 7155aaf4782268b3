import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useIdentity, useSession } from '../auth/SessionContext';
import { readDecided, writeDecided } from './kept';
import { NO_WORK, type Work } from './order';

const FOR_GOOD = Number.POSITIVE_INFINITY;

/** Something that several pages share. It lies among the answers, so it goes with them at sign-out. */
export function useShared<T>(
  name: string,
  initial: () => T,
): [T, (change: (before: T) => T) => void] {
  const client = useQueryClient();
  const { data } = useQuery<T>({
    queryKey: [name],
    queryFn: () => client.getQueryData<T>([name]) ?? initial(),
    initialData: initial,
    staleTime: FOR_GOOD,
    gcTime: FOR_GOOD,
  });
  const change = useCallback(
    (make: (before: T) => T) =>
      client.setQueryData<T>([name], (before) => make(before ?? initial())),
    [client, name, initial],
  );
  return [data ?? initial(), change];
}

const WORK = 'review-work';
const kept = (sub: string): Work => ({ ...NO_WORK, decided: readDecided(sub) });

/** What this person did so far, as it is at this moment. */
export function workOf(client: QueryClient, sub: string): Work {
  return client.getQueryData<Work>([WORK]) ?? kept(sub);
}

/** What this person did so far, and how to change it. */
export function useWork(): [Work, (change: (work: Work) => Work) => void] {
  const { sub } = useIdentity();
  const { session } = useSession();
  const client = useQueryClient();
  const [work, setWork] = useShared(
    WORK,
    useCallback(() => kept(sub), [sub]),
  );
  const change = useCallback(
    (make: (work: Work) => Work) => {
      const state = session.state();
      // An answer that comes after its session is nobody's.
      if (state.kind !== 'signed-in' || state.identity.sub !== sub) return;
      const before = workOf(client, sub);
      const after = make(before);
      if (after === before) return;
      setWork(() => after);
      if (after.decided !== before.decided) writeDecided(sub, after.decided);
    },
    [client, session, sub, setWork],
  );
  return [work, change];
}
