import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useApi } from '../api/ApiContext';
import type { Waiting } from '../api/types';
import { useIdentity } from '../auth/SessionContext';
import { afterList, freshOf, nextOf } from './order';
import { useWork, workOf } from './useWork';

const LOOK_EVERY = 10_000;
const A_PAGE = 50;
/** How many pages are loaded to find somebody's next image: 500 that others have, or were skipped. */
const MOST_PAGES = 10;
const REVIEWS = ['reviews'];

/** The images that wait for a person, oldest first. */
export function useReviews() {
  const api = useApi();
  const [, setWork] = useWork();
  const pages = useInfiniteQuery({
    queryKey: REVIEWS,
    queryFn: async ({ pageParam, signal }) => {
      const page = await api.reviews({ limit: A_PAGE, cursor: pageParam }, signal);
      setWork((work) => afterList(work, page.items));
      return page;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    // Each look asks for all pages that are loaded.
    refetchInterval: ({ state }) => LOOK_EVERY * Math.max(1, state.data?.pages.length ?? 1),
  });
  const first = pages.data?.pages[0];
  return {
    pages,
    items: pages.data?.pages.flatMap((page) => page.items) ?? [],
    waiting: first
      ? `${first.waiting.toLocaleString('en')}${first.waiting_is_capped ? '+' : ''}`
      : '…',
  };
}

/** Who is next; `find` looks through further pages of the queue where the loaded ones have none. */
export function useNext(current: string | null) {
  const client = useQueryClient();
  const { sub } = useIdentity();
  const [work] = useWork();
  const { items, pages } = useReviews();
  const [looking, setLooking] = useState(false);
  const { fetchNextPage } = pages;
  const find = async (): Promise<string | null> => {
    setLooking(true);
    try {
      for (;;) {
        // As they are now, not as they were drawn.
        const loaded = client.getQueryData<InfiniteData<Waiting>>(REVIEWS)?.pages ?? [];
        const waiting = loaded.flatMap((page) => page.items);
        const done = workOf(client, sub);
        const fresh = freshOf(waiting, done, current);
        const isAll = !loaded.at(-1)?.next || loaded.length >= MOST_PAGES;
        if (fresh || isAll) return fresh ?? nextOf(waiting, done, current);
        const { isError } = await fetchNextPage();
        if (isError) return nextOf(waiting, done, current);
      }
    } finally {
      setLooking(false);
    }
  };
  return { next: nextOf(items, work, current), find, looking };
}

/** Looks anew at what a decision on an image has changed. */
export function useRefresh(): (id: string) => void {
  const client = useQueryClient();
  return useCallback(
    (id) => {
      for (const queryKey of [REVIEWS, ['result', id], ['results']]) {
        void client.invalidateQueries({ queryKey });
      }
    },
    [client],
  );
}
