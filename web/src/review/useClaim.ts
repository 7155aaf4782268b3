import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '../api/ApiContext';
import { ApiError } from '../api/problem';

const LOOK_EVERY = 5_000;
const AGAIN_AFTER = 30_000;
/** Without a key or the mouse for that long, an image is not kept from others any longer. */
const IDLE = 5 * 60_000;
const SIGNS_OF_USE = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/** What became of a claim; `taken`: somebody else has the image, or it is no longer in review. */
export type ClaimState =
  { kind: 'asking' } | { kind: 'held' } | { kind: 'taken' | 'failed'; error: Error };

/** Half of what is left of a claim, so that it never runs out while one looks. */
export function renewIn(until: string, now: number = Date.now()): number {
  return Math.max(5_000, (Date.parse(until) - now) / 2);
}

/**
 * Claims an image while it is open and waits for a decision; gives it back when it is left.
 *
 * The claim is renewed at half of its time for as long as the page is looked at and used. Whoever
 * comes back to a page whose claim ran out claims the image again, if nobody else has it.
 */
export function useClaim(id: string, wanted: boolean) {
  const api = useApi();
  const client = useQueryClient();
  const [state, setState] = useState<ClaimState>({ kind: 'asking' });
  /** Of this visit: what the API holds for us, and what is asked for. */
  const mine = useRef({ held: false, asking: false, left: true, renewAt: 0, usedAt: 0 });

  const release = useCallback(() => {
    mine.current.held = false;
    // A claim that cannot be given back runs out by itself. In the list one's own looks like none,
    // so that there is nothing to look at anew.
    api.release(id).catch(() => undefined);
  }, [api, id]);

  const ask = useCallback(async () => {
    const now = mine.current;
    if (now.asking) return;
    now.asking = true;
    try {
      const { until } = await api.claim(id);
      now.held = true;
      now.renewAt = Date.now() + renewIn(until);
      setState({ kind: 'held' });
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const isTaken = error instanceof ApiError && error.status === 409;
      // Any other error says nothing of the claim that is held: it is asked for again.
      if (isTaken) now.held = false;
      const isRefused = error instanceof ApiError && !error.mayPass;
      now.renewAt = isRefused ? Number.POSITIVE_INFINITY : Date.now() + AGAIN_AFTER;
      if (!now.held) setState({ kind: isTaken ? 'taken' : 'failed', error });
      if (isTaken) void client.invalidateQueries({ queryKey: ['result', id] });
    } finally {
      now.asking = false;
    }
    // The answer came after the image was left.
    if (now.left && now.held) release();
  }, [api, client, id, release]);

  useEffect(() => {
    if (!wanted) return;
    const now = mine.current;
    const used = () => {
      now.usedAt = Date.now();
    };
    const look = () => {
      const isUsed = !document.hidden && Date.now() - now.usedAt < IDLE;
      if (isUsed && Date.now() >= now.renewAt) void ask();
    };
    const hide = () => {
      // Also what is only asked for: nobody is there any more to hear the answer.
      if (now.held || now.asking) release();
    };
    const show = (event: PageTransitionEvent) => {
      // The browser brought the page back as it was, and the claim was given back with it.
      if (event.persisted) void ask();
    };
    const shown = () => {
      if (!document.hidden) used();
      look();
    };
    now.left = false;
    now.renewAt = 0;
    used();
    const first = setTimeout(look);
    const timer = setInterval(look, LOOK_EVERY);
    for (const sign of SIGNS_OF_USE) window.addEventListener(sign, used, { passive: true });
    document.addEventListener('visibilitychange', shown);
    window.addEventListener('pagehide', hide);
    window.addEventListener('pageshow', show);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
      for (const sign of SIGNS_OF_USE) window.removeEventListener(sign, used);
      document.removeEventListener('visibilitychange', shown);
      window.removeEventListener('pagehide', hide);
      window.removeEventListener('pageshow', show);
      now.left = true;
      if (now.held) release();
    };
  }, [wanted, ask, release]);

  const again = useCallback(() => {
    setState({ kind: 'asking' });
    void ask();
  }, [ask]);
  /** For admins: ends the claim of whoever has the image. */
  const takeOver = useCallback(async () => {
    setState({ kind: 'asking' });
    try {
      await api.release(id);
    } catch {
      // The claim says what is wrong.
    }
    await ask();
  }, [api, id, ask]);
  /** A decision ends the claim, so there is nothing to give back. */
  const ended = useCallback(() => {
    mine.current.held = false;
  }, []);
  return { state, again, takeOver, ended };
}
