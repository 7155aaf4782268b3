/** One's own decisions, kept for a reload of this tab. They end with the tab, as the session does. */
import type { Decided } from './order';

const KEY = 'sightline.decided';
/** As many as somebody may still want to take back. */
const MOST = 200;

function isDecided(value: unknown): value is Decided {
  const one = value as Partial<Decided> | null;
  return typeof one?.id === 'string' && Number.isInteger(one.number);
}

/** What this user decided in this tab; nothing if it was another user, or storage is off. */
export function readDecided(sub: string): Decided[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as {
      sub?: unknown;
      decided?: unknown;
    } | null;
    if (kept?.sub !== sub || !Array.isArray(kept.decided)) return [];
    return kept.decided.filter(isDecided);
  } catch {
    return []; // blocked, or not what was written: it is then kept for as long as the page
  }
}

export function writeDecided(sub: string, decided: readonly Decided[]): void {
  try {
    if (decided.length === 0) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify({ sub, decided: decided.slice(-MOST) }));
  } catch {
    // As above.
  }
}

/** For whoever signs out: nothing of them stays in the browser. */
export function forgetDecided(): void {
  writeDecided('', []);
}
