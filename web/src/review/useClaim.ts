import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useApi } from '../api/ApiContext';

/** Half of what is left of a claim, so that it never runs out while one looks. */
export function renewIn(until: string, now: number = Date.now()): number {
  return Math.max(5_000, (Date.parse(until) - now) / 2);
}

/** Claims an image while it is open and waits for a decision; gives it back when it is left. */
export function useClaim(id: string, wanted: boolean) {
  const api = useApi();
  const client = useQueryClient();
  const held = useRef(false);
  const left = useRef(false);
  const release = useCallback(() => {
    if (!held.current) return;
    held.current = false;
    // A claim that cannot be given back runs out by itself.
    api
      .release(id)
      .catch(() => undefined)
      .finally(() => void client.invalidateQueries({ queryKey: ['reviews'] }));
  }, [api, client, id]);
  const claim = useMutation({
    mutationFn: () => api.claim(id),
    onSuccess: () => {
      held.current = true;
      // The answer came after the image was left.
      if (left.current) release();
    },
    onError: () => {
      held.current = false;
    },
  });
  const { mutate, data } = claim;
  useEffect(() => {
    if (!wanted) return;
    left.current = false;
    mutate();
    window.addEventListener('pagehide', release);
    return () => {
      window.removeEventListener('pagehide', release);
      left.current = true;
      release();
    };
  }, [wanted, mutate, release]);
  useEffect(() => {
    if (!wanted || !data) return;
    const timer = setTimeout(mutate, renewIn(data.until));
    return () => clearTimeout(timer);
  }, [wanted, data, mutate]);
  /** A decision ends the claim, so there is nothing to give back. */
  const ended = useCallback(() => {
    held.current = false;
  }, []);
  return { claim, ended };
}
