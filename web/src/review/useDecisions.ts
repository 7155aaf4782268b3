import { useMutation } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useApi } from '../api/ApiContext';
import type { DecisionRequest, Image } from '../api/types';
import { useAnnounce } from '../common/announcer';
import { shortName } from '../common/format';
import { pastOf } from '../image/changes';
import { afterDecision, afterLostDecision, afterSkip } from './order';
import { useNext, useRefresh } from './useReviews';
import { isUnsure, useUndo } from './useUndo';
import { useWork } from './useWork';

/** Decides, takes back, goes on: and keeps what is shown true. */
export function useDecisions(image: Image, onDecided: () => void) {
  const api = useApi();
  const announce = useAnnounce();
  const [, navigate] = useLocation();
  const [, setWork] = useWork();
  const refresh = useRefresh();
  const id = image.id ?? '';
  const undoing = useUndo(image);
  const { next, find, looking } = useNext(id);

  const goOn = async () => {
    const from = window.location.pathname;
    const found = await find();
    // Whoever went somewhere else meanwhile stays there.
    if (window.location.pathname === from) navigate(found ? `/review/${found}` : '/review');
  };

  // With what was seen: sent twice it is one, and nobody is decided over.
  const decide = useMutation({
    mutationFn: (request: DecisionRequest) => api.decide(id, request),
    onMutate: () => window.location.pathname,
    onSuccess: async ({ number }, { decision }, from) => {
      onDecided();
      setWork((before) => afterDecision(before, id, number));
      announce(`${pastOf(decision)}: ${shortName(image.name)}`);
      if (window.location.pathname === from) await goOn();
      refresh(id);
    },
    onError: (error, { seen }) => {
      if (isUnsure(error)) setWork((before) => afterLostDecision(before, id, seen + 1));
      // What is shown may be the reason: somebody else has decided meanwhile.
      refresh(id);
    },
  });
  const skip = () => {
    setWork((before) => afterSkip(before, id));
    void goOn();
  };
  return { decide, undoing, skip, next, busy: decide.isPending || undoing.busy || looking };
}
