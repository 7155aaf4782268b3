import { useInfiniteQuery } from '@tanstack/react-query';
import {
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useApi } from '../api/ApiContext';
import { isRunning } from '../upload/item';
import { UploadsContext } from '../upload/UploadsContext';
import { itemsOf, pauseOf } from './pace';
import { type Search, toQuery } from './search';

const PAGE = 24;
/** Short pages that are followed by themselves before people are asked. */
const FOLLOWED = 5;
/** Milliseconds between two attempts to get new links, when pictures do not load. */
const LINKS_AT_MOST_EVERY = 30_000;

/** The images of a search, page by page.
 *
 * All pages that are shown are looked at again, from the newest on: so new images come, states
 * are right further down too, and what no longer fits the search goes.
 */
export function useImages(search: Search) {
  const api = useApi();
  const uploading = useUploading();
  const query = toQuery(search);
  const pages = useInfiniteQuery({
    queryKey: ['results', search, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      api.results({ ...query, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    // Not while the page is hidden, and at once when it is shown again.
    refetchInterval: ({ state }) =>
      pauseOf(state.data?.pages ?? [], { uploading, error: state.error }),
    refetchOnWindowFocus: 'always',
  });
  const items = useMemo(() => itemsOf(pages.data?.pages ?? []), [pages.data]);

  // A page may be short, or even empty, and have a next one.
  const { hasNextPage, isFetching, isFetchingNextPage, fetchNextPage, refetch } = pages;
  const loaded = pages.data?.pages.length ?? 0;
  const [goal, setGoal] = useState({ items: PAGE, pages: 1 + FOLLOWED });
  const isShort =
    hasNextPage && items.length < goal.items && loaded < goal.pages && !pages.isFetchNextPageError;
  useEffect(() => {
    if (isShort && !isFetching) void fetchNextPage();
  }, [isShort, isFetching, loaded, fetchNextPage]);

  const more = () => {
    setGoal({ items: items.length + PAGE, pages: loaded + 1 + FOLLOWED });
    void fetchNextPage();
  };
  const reload = useCallback(() => void refetch(), [refetch]);
  const renewLinks = useLinkRenewal(refetch);
  return { items, pages, more, reload, renewLinks, isSearching: isFetchingNextPage || isShort };
}

/** True while files of this page are on their way to the gallery. */
function useUploading(): boolean {
  const queue = useContext(UploadsContext);
  return useSyncExternalStore(
    useCallback((listener) => queue?.subscribe(listener) ?? (() => undefined), [queue]),
    () => queue?.items().some((item) => isRunning(item) || item.phase === 'analysing') ?? false,
  );
}

/** Asks for new links, all at once for many pictures, without losing what is shown. */
function useLinkRenewal(refetch: (options: { cancelRefetch: boolean }) => unknown): () => void {
  const renewed = useRef(Number.NEGATIVE_INFINITY);
  return useCallback(() => {
    if (Date.now() - renewed.current < LINKS_AT_MOST_EVERY) return;
    renewed.current = Date.now();
    void refetch({ cancelRefetch: false });
  }, [refetch]);
}
