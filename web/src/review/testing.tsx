/** What the tests of the review share: the API as the wire sees it, and somebody who is signed in. */
import { Blob } from 'node:buffer';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, vi } from 'vitest';
import '../testing';
import { ApiContext } from '../api/ApiContext';
import { createApi } from '../api/client';
import type { Image, Summary } from '../api/types';
import { stableLinks } from '../common/links';
import type { Session } from '../auth/session';
import { SessionContext } from '../auth/SessionContext';

export interface Asked {
  method: string;
  path: string;
  cursor: string | null;
  body: unknown;
}
/** What the API answers: a status and a body; null when no answer comes. */
export type Answer = { status: number; body?: unknown } | null;

beforeEach(() => {
  sessionStorage.clear();
  stableLinks.clear();
  // jsdom has no layout, so nothing to scroll.
  vi.stubGlobal('scrollTo', () => undefined);
});
afterEach(() => {
  vi.unstubAllGlobals();
  window.history.replaceState(null, '', '/');
});

/** Signs somebody in whose requests are answered by `answer`, and noted. */
export function somebody(
  answer: (asked: Asked) => Answer | Promise<Answer>,
  { sub = 'rita', groups = ['reviewers'] }: { sub?: string; groups?: readonly string[] } = {},
) {
  const asked: Asked[] = [];
  // Node's answers know nothing of jsdom's.
  vi.stubGlobal('Blob', Blob);
  vi.stubGlobal('fetch', async (request: Request) => {
    const text = await request.text();
    const url = new URL(request.url);
    const one: Asked = {
      method: request.method,
      path: url.pathname,
      cursor: url.searchParams.get('cursor'),
      body: text ? (JSON.parse(text) as unknown) : null,
    };
    asked.push(one);
    const given = await answer(one);
    if (!given) throw new TypeError('Failed to fetch');
    const body = given.body === undefined ? null : JSON.stringify(given.body);
    const headers = { 'Content-Type': 'application/json' };
    return new Response(body, { status: given.status, headers });
  });
  let state: object = {
    kind: 'signed-in',
    identity: { sub, email: `${sub}@example.com`, groups },
  };
  const listeners = new Set<() => void>();
  const session = {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => state,
  } as unknown as Session;
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const api = createApi('http://api.test', {
    token: async () => Promise.resolve('token'),
    over: () => undefined,
    ends: () => 0,
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <SessionContext value={session}>
      <QueryClientProvider client={queries}>
        <ApiContext value={api}>{children}</ApiContext>
      </QueryClientProvider>
    </SessionContext>
  );
  /** The requests to a place, in their order. */
  const to = (method: string, path: string) =>
    asked.filter((one) => one.method === method && one.path === path);
  /** Ends the session, as `makeParts` has it; nothing of the page may be drawn any more. */
  const end = () => {
    queries.clear();
    state = { kind: 'signed-out', notice: null, whose: null };
    for (const listener of listeners) listener();
  };
  return { asked, to, queries, wrapper, end };
}

export const EMPTY_QUEUE = {
  status: 200,
  body: { items: [], next: null, waiting: 0, waiting_is_capped: false },
};

/** A page of the queue. */
export const queueOf = (items: readonly Summary[], next: string | null = null): Answer => ({
  status: 200,
  body: { items, next, waiting: items.length, waiting_is_capped: false },
});

export const ANALYSED = '2026-11-21T10:00:00+00:00';

export const summary = (id: string, more: Partial<Summary> = {}): Summary =>
  ({
    id,
    name: `${id}.jpg`,
    reviews: 0,
    finished_at: ANALYSED,
    claim: null,
    review_reasons: [],
    labels: [],
    links: { thumbnail: null },
    received_at: ANALYSED,
    ...more,
  }) as Partial<Summary> as Summary;

export const image = (id: string, more: Partial<Image> = {}): Image =>
  ({
    ...summary(id),
    status: 'in_review',
    review: null,
    labels: [],
    text: [],
    events: [],
    links: { preview: null, processed: null, thumbnail: null },
    ...more,
  }) as Partial<Image> as Image;

export const review = (decision: string, by: string) =>
  ({ decision, by, number: 1 }) as NonNullable<Image['review']>;

/** A problem as the API writes it. */
export const problem = (status: number, detail: string): Answer => ({ status, body: { detail } });
