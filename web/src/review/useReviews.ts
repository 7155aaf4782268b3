import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useApi } from '../api/ApiContext';
import { NO_WORK, type Work } from './order';

const LOOK_EVERY = 10_000;

/** The images that wait for a person, oldest first. */
export function useReviews() {
  const api = useApi();
  const pages = useInfiniteQuery({
    queryKey: ['reviews'],
    queryFn: ({ pageParam, signal }) => api.reviews({ limit: 50, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: LOOK_EVERY,
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

/** Looks anew at what a decision on an image has changed. */
export function useRefresh(): (id: string) => void {
  const client = useQueryClient();
  return useCallback(
    (id) => {
      for (const queryKey of [['reviews'], ['result', id], ['results']]) {
        void client.invalidateQueries({ queryKey });
      }
    },
    [client],
  );
}

const WORK = ['review-work'];

/** What this person did so far. It lies among the answers, so it goes with them at sign-out. */
export function useWork(): [Work, (change: (work: Work) => Work) => void] {
  const client = useQueryClient();
  const { data } = useQuery<Work>({
    queryKey: WORK,
    queryFn: () => client.getQueryData<Work>(WORK) ?? NO_WORK,
    initialData: NO_WORK,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const change = useCallback(
    (make: (work: Work) => Work) =>
      client.setQueryData<Work>(WORK, (work) => make(work ?? NO_WORK)),
    [client],
  );
  return [data, change];
}
