import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useApi } from '../api/ApiContext';
import { useAnnounce } from '../common/announcer';
import { afterUndo } from './order';
import { useRefresh, useWork } from './useReviews';

/** Takes back the last decision of this person, wherever they are in the review by now.
 *
 * `decided` is an image that is shown and was decided on: its last decision, if there is no other.
 */
export function useUndo(decided: string | null = null) {
  const api = useApi();
  const announce = useAnnounce();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [work, setWork] = useWork();
  const refresh = useRefresh();
  const last = work.decided.at(-1) ?? decided;
  const undo = useMutation({
    mutationFn: async () => {
      if (!last) throw new Error('There is no decision of yours to take back.');
      await api.undo(last);
      return last;
    },
    onSuccess: (undone) => {
      setWork((before) => afterUndo(before, undone));
      announce('The last decision is taken back.');
      // What is known of it is from before: it would be shown, and claimed, as decided.
      if (undone !== decided) client.removeQueries({ queryKey: ['result', undone] });
      refresh(undone);
      navigate(`/review/${undone}`);
    },
  });
  return { undo, canUndo: last !== null };
}
