/** What the gallery shows, as its address says, so that it can be bookmarked and passed on. */
import type { ResultsQuery } from '../api/client';
import { LISTED_STATES } from '../common/status';

export interface Search {
  label: string;
  text: string;
  status: string;
  /** Days, as `2026-11-21`, in the reader's time zone; both are included. */
  since: string;
  until: string;
}

export const NO_SEARCH: Search = { label: '', text: '', status: '', since: '', until: '' };

/** As the API takes them. */
export const MAX_LABEL = 100;
export const MAX_TEXT = 300;

export const FIRST_DAY = '2000-01-01';
export const LAST_DAY = '8999-12-31';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** True for a day that the API takes; one that is being typed has years such as 0202. */
export function isDay(value: string): boolean {
  if (!DAY.test(value) || Number.isNaN(Date.parse(value))) return false;
  return value >= FIRST_DAY && value <= LAST_DAY;
}
const day = (value: string | null): string => (value && isDay(value) ? value : '');

/** Reads an address; what it has no sense of is left out. */
export function readSearch(query: URLSearchParams): Search {
  const status = query.get('status') ?? '';
  return {
    label: (query.get('label') ?? '').trim().slice(0, MAX_LABEL),
    text: (query.get('text') ?? '').trim().slice(0, MAX_TEXT),
    status: (LISTED_STATES as readonly string[]).includes(status) ? status : '',
    since: day(query.get('since')),
    until: day(query.get('until')),
  };
}

/** Writes an address; the same search always has the same one. */
export function writeSearch(search: Search): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of ['label', 'text', 'status', 'since', 'until'] as const) {
    const value = search[name].trim();
    if (value) query.set(name, value);
  }
  return query;
}

export function isEmptySearch(search: Search): boolean {
  return [...writeSearch(search)].length === 0;
}

/** What the API is asked: days become moments, the last day to its end. */
export function toQuery(search: Search): ResultsQuery {
  const midnight = (of: string, plusDays: number): string | undefined => {
    if (!of) return undefined;
    const [year, month, date] = of.split('-').map(Number) as [number, number, number];
    return new Date(year, month - 1, date + plusDays).toISOString();
  };
  return {
    label: search.label || undefined,
    text: search.text || undefined,
    status: (search.status || undefined) as ResultsQuery['status'],
    since: midnight(search.since, 0),
    until: midnight(search.until, 1),
  };
}
