import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import type { Images } from '../api/types';

/** The images before and after one in a list; null at its ends. */
export function neighboursIn(
  ids: readonly string[],
  id: string | null,
): { previous: string | null; next: string | null } {
  const at = id === null ? -1 : ids.indexOf(id);
  if (at < 0) return { previous: null, next: null };
  return { previous: ids[at - 1] ?? null, next: ids[at + 1] ?? null };
}

/** Those of the gallery that one came from, while it is still known. */
export function useNeighbours(id: string | null) {
  const client = useQueryClient();
  const lists = client.getQueriesData<InfiniteData<Images>>({
    predicate: ({ queryKey }) => queryKey[0] === 'results' && queryKey.at(-1) === 'pages',
  });
  const ids = lists
    .map(([, data]) => data?.pages.flatMap((page) => page.items.map((item) => item.id ?? '')) ?? [])
    .find((list) => id !== null && list.includes(id));
  return neighboursIn(ids ?? [], id);
}
