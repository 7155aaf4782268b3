import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useApi } from '../api/ApiContext';
import { ApiError } from '../api/problem';
import type { Image } from '../api/types';
import { useIdentity } from '../auth/SessionContext';
import { useAnnounce } from '../common/announcer';
import { afterDecision, afterLostUndo, afterUndo, type Decided, decidable } from './order';
import { useRefresh } from './useReviews';
import { useWork } from './useWork';

const NOT_MADE = 'There is no decision of yours on this image now.';

/** True when no further attempt can take a decision back: it is gone, or somebody else has decided. */
export function isLost(error: unknown): boolean {
  return error instanceof ApiError && [404, 409, 422].includes(error.status);
}

/** True when nobody knows whether what was asked for was done. */
export function isUnsure(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}

/**
 * Takes back a decision: that of the image that is shown, if it has one, or else the last one of
 * this person, wherever they are in the review by now. With the number of what it takes back: what
 * somebody else decided since is not touched, and twice is once.
 */
export function useUndo(shown: Image | null = null) {
  const api = useApi();
  const announce = useAnnounce();
  const { email, sub } = useIdentity();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [work, setWork] = useWork();
  const refresh = useRefresh();
  const target: Decided | null =
    shown?.id && decidable(shown).undo
      ? { id: shown.id, number: shown.reviews }
      : (work.decided.at(-1) ?? null);
  const undo = useMutation({
    mutationFn: async ({ id, number, unsure }: Decided) => {
      if (unsure === 'decision') {
        // The number alone may by now be that of somebody else's.
        const entry = (await api.history(id)).items.find((one) => one.number === number);
        const isMine = entry?.by === email || entry?.by === sub;
        if (!isMine || entry.decision === 'undo') throw new ApiError(409, NOT_MADE);
        setWork((before) => afterDecision(before, id, number));
      }
      return api.undo(id, number);
    },
    onMutate: () => window.location.pathname,
    onSuccess: (_, { id }, from) => {
      setWork((before) => afterUndo(before, id));
      announce('The decision is taken back.');
      // What is known of it is from before: it would be shown, and claimed, as decided.
      if (id !== shown?.id) client.removeQueries({ queryKey: ['result', id] });
      refresh(id);
      // Whoever is somewhere else by now stays there.
      if (window.location.pathname === from) navigate(`/review/${id}`);
    },
    onError: (error, what) => {
      if (isLost(error)) setWork((before) => afterUndo(before, what.id));
      else if (isUnsure(error)) setWork((before) => afterLostUndo(before, what));
      refresh(what.id);
    },
  });
  const { mutate, isPending, error, variables, reset } = undo;
  return {
    undo: () => {
      if (target) mutate(target);
    },
    canUndo: target !== null,
    busy: isPending,
    failed: error && { error, id: variables.id },
    reset,
  };
}
