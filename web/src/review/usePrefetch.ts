import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useApi } from '../api/ApiContext';
import { stableLinks } from '../common/links';

const FRESH = 30_000;

/** Loads the image that probably comes next, and its picture, so that nobody waits for them. */
export function usePrefetch(id: string | null): void {
  const api = useApi();
  const client = useQueryClient();
  useEffect(() => {
    if (!id) return;
    const queryKey = ['result', id];
    client
      .query({ queryKey, queryFn: ({ signal }) => api.result(id, signal), staleTime: FRESH })
      .then(({ links }) => {
        const stable = links.preview && stableLinks.use(`${id}/preview`, links.preview);
        if (stable) new Image().src = stable;
      })
      // What fails is asked for, and told, when the image is opened.
      .catch(() => undefined);
  }, [api, client, id]);
}
