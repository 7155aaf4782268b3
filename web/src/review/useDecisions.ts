import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useApi } from '../api/ApiContext';
import type { DecisionRequest, Image } from '../api/types';
import { useAnnounce } from '../common/announcer';
import { pastOf } from '../image/changes';
import { afterDecision, afterSkip, afterUndo, nextOf } from './order';
import { useReviews, useWork } from './useReviews';

/** Decides, takes back, goes on: and keeps what is shown true. */
export function useDecisions(image: Image, onDecided: () => void) {
  const api = useApi();
  const client = useQueryClient();
  const announce = useAnnounce();
  const [, navigate] = useLocation();
  const { items } = useReviews();
  const [work, setWork] = useWork();
  const id = image.id ?? '';

  const refresh = (changed: string) =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['reviews'] }),
      client.invalidateQueries({ queryKey: ['result', changed] }),
      client.invalidateQueries({ queryKey: ['results'] }),
    ]);
  const goOn = (current: string) => {
    const next = nextOf(items, work, current);
    navigate(next ? `/review/${next}` : '/review');
  };

  const decide = useMutation({
    mutationFn: (request: DecisionRequest) => api.decide(id, request),
    onSuccess: (_, { decision }) => {
      onDecided();
      setWork((before) => afterDecision(before, id));
      announce(`${pastOf(decision)}: ${image.name}`);
      void refresh(id);
      goOn(id);
    },
  });
  const last = work.decided.at(-1) ?? (image.review ? id : null);
  const undo = useMutation({
    mutationFn: async () => {
      if (!last) throw new Error('There is no decision of yours to take back.');
      await api.undo(last);
      return last;
    },
    onSuccess: (undone) => {
      setWork((before) => afterUndo(before, undone));
      announce('The last decision is taken back.');
      void refresh(undone);
      navigate(`/review/${undone}`);
    },
  });
  const skip = () => {
    setWork((before) => afterSkip(before, id));
    goOn(id);
  };
  return { decide, undo, skip, canUndo: last !== null, busy: decide.isPending || undo.isPending };
}
