import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/ApiContext';
import { ApiError } from '../api/problem';
import { hasEnded } from '../common/status';

const WHILE_ANALYSED = 2_000;
/** Once it has ended: often enough to see what others decide, and before the links end. */
const LATER = 60_000;
const AFTER_ERROR = 10_000;

const isPassing = (error: unknown): boolean => error instanceof ApiError && error.mayPass;

/** One image, looked at again until it has ended. */
export function useImage(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['result', id],
    queryFn: ({ signal }) => api.result(id, signal),
    refetchInterval: ({ state }) => {
      if (state.status === 'error') return isPassing(state.error) ? AFTER_ERROR : false;
      return state.data && hasEnded(state.data.status) ? LATER : WHILE_ANALYSED;
    },
  });
}
