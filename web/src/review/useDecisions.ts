import { useMutation } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useApi } from '../api/ApiContext';
import type { DecisionRequest, Image } from '../api/types';
import { useAnnounce } from '../common/announcer';
import { pastOf } from '../image/changes';
import { afterDecision, afterSkip, nextOf } from './order';
import { useUndo } from './useUndo';
import { useRefresh, useReviews, useWork } from './useReviews';

/** Decides, takes back, goes on: and keeps what is shown true. */
export function useDecisions(image: Image, onDecided: () => void) {
  const api = useApi();
  const announce = useAnnounce();
  const [, navigate] = useLocation();
  const { items } = useReviews();
  const [work, setWork] = useWork();
  const refresh = useRefresh();
  const id = image.id ?? '';
  const { undo, canUndo } = useUndo(image.review ? id : null);

  const goOn = (current: string) => {
    const next = nextOf(items, work, current);
    navigate(next ? `/review/${next}` : '/review');
  };

  const decide = useMutation({
    // With what was seen: sent twice it is one, and nobody is decided over.
    mutationFn: (request: DecisionRequest) => api.decide(id, { ...request, seen: image.reviews }),
    onSuccess: (_, { decision }) => {
      onDecided();
      setWork((before) => afterDecision(before, id));
      announce(`${pastOf(decision)}: ${image.name}`);
      refresh(id);
      goOn(id);
    },
    // What is shown may be the reason: somebody else has decided meanwhile.
    onError: () => refresh(id),
  });
  const skip = () => {
    setWork((before) => afterSkip(before, id));
    goOn(id);
  };
  return { decide, undo, skip, canUndo, busy: decide.isPending || undo.isPending };
}
