import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/ApiContext';
import { ApiError } from '../api/problem';
import type { Image } from '../api/types';
import { hasEnded } from '../common/status';

const WHILE_ANALYSED = 2_000;
/** Looks at that pace; after them each waits longer than the one before. */
const QUICK_LOOKS = 10;
const SLOWEST_WHILE_ANALYSED = 30_000;
/** Once it has ended: often enough to see what others decide, and before the links end. */
const LATER = 60_000;
const AFTER_ERROR = 10_000;

const isPassing = (error: unknown): boolean => error instanceof ApiError && error.mayPass;

/** True when an image that was there is no more, or is not to be seen. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** Milliseconds until an image is looked at again, after so many looks. */
export function pauseBefore(image: Pick<Image, 'status' | 'reason'>, looks: number): number {
  // What waits for a person, or for a file that cannot come any more, may wait for days.
  const waits = image.status === 'on_hold' || image.reason !== null;
  if (hasEnded(image.status) || waits) return LATER;
  return Math.min(WHILE_ANALYSED * Math.max(1, looks - QUICK_LOOKS), SLOWEST_WHILE_ANALYSED);
}

/** One image, looked at again until it has ended, and then now and then. */
export function useImage(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['result', id],
    queryFn: ({ signal }) => api.result(id, signal),
    refetchInterval: ({ state }) => {
      if (state.status === 'error') {
        if (!isPassing(state.error)) return false;
        return Math.max(AFTER_ERROR, (state.error as ApiError).retryAfter);
      }
      return state.data ? pauseBefore(state.data, state.dataUpdateCount) : WHILE_ANALYSED;
    },
  });
}
