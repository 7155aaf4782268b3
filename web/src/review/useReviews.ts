import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useApi } from '../api/ApiContext';
import type { Summary, Waiting } from '../api/types';
import { useIdentity } from '../auth/SessionContext';
import { afterList, freshOf, nextOf } from './order';
import { useWork, workOf } from './useWork';

const LOOK_EVERY = 10_000;
const A_PAGE = 50;
/** How many pages are looked through for somebody's next image: 500 that others have, or were skipped. */
const MOST_PAGES = 10;
const REVIEWS = ['reviews'];
/** All pages that somebody has loaded, and only the first: a decision asks for no more than that. */
const KEYS = { list: ['reviews', 'list'], first: ['reviews', 'first'] };

type Pages = InfiniteData<Waiting, string | undefined>;

/** Asks for a page of the queue, and forgets decisions that it shows to be taken back. */
function useLook() {
  const api = useApi();
  const [, setWork] = useWork();
  return async (cursor: string | undefined, signal: AbortSignal) => {
    const page = await api.reviews({ limit: A_PAGE, cursor }, signal);
    setWork((work) => afterList(work, page.items));
    return page;
  };
}

/** The images that wait for a person, oldest first. */
export function useReviews(what: keyof typeof KEYS = 'first') {
  const client = useQueryClient();
  const look = useLook();
  const pages = useInfiniteQuery({
    queryKey: KEYS[what],
    queryFn: ({ pageParam, signal }) => look(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    // Whoever opens an image comes from the list.
    initialData: () => {
      const list = client.getQueryData<Pages>(KEYS.list);
      return list && { pages: list.pages.slice(0, 1), pageParams: list.pageParams.slice(0, 1) };
    },
    initialDataUpdatedAt: () => client.getQueryState(KEYS.list)?.dataUpdatedAt,
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

/** Who is next; `find` looks through further pages of the queue where the first one has none. */
export function useNext(current: string | null) {
  const client = useQueryClient();
  const look = useLook();
  const { sub } = useIdentity();
  const [work] = useWork();
  const { items } = useReviews();
  const [looking, setLooking] = useState(false);
  // Not kept with the first, which is looked at anew after each decision.
  const pageAt = (cursor: string | undefined) =>
    client.query({
      queryKey: ['reviews-further', cursor],
      queryFn: ({ signal }) => look(cursor, signal),
      staleTime: LOOK_EVERY,
    });
  const find = async (): Promise<string | null> => {
    setLooking(true);
    const waiting: Summary[] = [];
    try {
      // As it is now, not as it was drawn.
      let page = client.getQueryData<Pages>(KEYS.first)?.pages[0] ?? (await pageAt(undefined));
      for (let looked = 1; ; looked += 1) {
        waiting.push(...page.items);
        const fresh = freshOf(waiting, workOf(client, sub), current);
        if (fresh) return fresh;
        if (!page.next || looked >= MOST_PAGES) break;
        page = await pageAt(page.next);
      }
    } catch {
      // What is known is enough to go on; the list says what is wrong.
    } finally {
      setLooking(false);
    }
    return nextOf(waiting, workOf(client, sub), current);
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
