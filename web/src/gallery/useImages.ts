import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useApi } from '../api/ApiContext';
import { mergePages, nextCursor } from './merge';
import { type Search, toQuery } from './search';

const PAGE = 24;
const LOOK_EVERY = 5_000;
/** Short pages that are followed by themselves before people are asked. */
const FOLLOWED = 5;

/** The images of a search: pages by cursor, and new ones by themselves. */
export function useImages(search: Search) {
  const api = useApi();
  const client = useQueryClient();
  const query = toQuery(search);
  const key = useMemo(() => ['results', search] as const, [search]);
  const pages = useInfiniteQuery({
    queryKey: [...key, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      api.results({ ...query, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextCursor,
    // Looking at the head is enough to see what is new; all pages anew would be many requests.
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const head = useQuery({
    queryKey: [...key, 'head'],
    queryFn: ({ signal }) => api.results({ ...query, limit: PAGE }, signal),
    refetchInterval: LOOK_EVERY,
    enabled: pages.isSuccess,
    initialData: undefined,
  });

  const { items, hasGap } = useMemo(
    () => mergePages(head.data, pages.data?.pages ?? []),
    [head.data, pages.data],
  );
  const reload = useCallback(() => {
    void client.resetQueries({ queryKey: key });
  }, [client, key]);
  useEffect(() => {
    if (hasGap) reload();
  }, [hasGap, reload]);

  // A page may be short, or even empty, and have a next one.
  const { hasNextPage, isFetching, fetchNextPage } = pages;
  const loaded = pages.data?.pages.length ?? 0;
  const [goal, setGoal] = useState({ items: PAGE, pages: 1 + FOLLOWED });
  const isShort = hasNextPage && items.length < goal.items && loaded < goal.pages;
  const isBroken = pages.isError;
  useEffect(() => {
    if (isShort && !isFetching && !isBroken) void fetchNextPage();
  }, [isShort, isFetching, isBroken, loaded, fetchNextPage]);

  const more = () => {
    setGoal({ items: items.length + PAGE, pages: loaded + 1 + FOLLOWED });
    void fetchNextPage();
  };
  return { items, pages, more, reload, isSearching: isFetching || isShort, isStale: head.isError };
}
