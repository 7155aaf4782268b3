import type { Image, Summary } from '../api/types';

export type Phase =
  | 'checking'
  | 'refused'
  | 'waiting'
  | 'sending'
  | 'analysing'
  /** Analysed for longer than usual; it is still looked at. */
  | 'unfinished'
  | 'ended'
  /** Not looked at any more: it was deleted, say. */
  | 'gone'
  | 'failed'
  | 'cancelled';

/** What is shown of an image beside its file. */
export interface Finding {
  readonly status: string;
  readonly reason: string | null;
  readonly labels: readonly string[];
  readonly lines: readonly string[];
}

/** What an image's own page or a list of images says of it. */
export function findingOf(image: Image | Summary): Finding {
  const lines = image.text.flatMap((one) =>
    typeof one === 'string' ? [one] : one.kind === 'LINE' ? [one.text] : [],
  );
  const { status, reason } = image;
  return { status, reason, labels: image.labels.map(({ name }) => name), lines };
}

/** One file of the upload page; a change makes a new one. */
export interface UploadItem {
  readonly id: number;
  readonly file: File;
  /** With the folders that it was dropped with. */
  readonly path: string;
  readonly phase: Phase;
  readonly contentType: string | null;
  /** Bytes on their way. */
  readonly sent: number;
  /** Why it is where it is, as a sentence. */
  readonly note: string | null;
  readonly taskId: string | null;
  readonly result: Finding | null;
}

export interface Totals {
  all: number;
  /** Neither refused nor cancelled. */
  taken: number;
  running: number;
  analysing: number;
  slow: number;
  ended: number;
  refused: number;
  failed: number;
  bytes: number;
  sentBytes: number;
}

const RUNNING: ReadonlySet<Phase> = new Set(['checking', 'waiting', 'sending']);

/** True while closing the page would lose the file. */
export const isRunning = (item: UploadItem): boolean => RUNNING.has(item.phase);

/** True when nothing more comes of it by itself. */
export const hasEnded = (item: UploadItem): boolean =>
  !isRunning(item) && item.phase !== 'analysing' && item.phase !== 'unfinished';

export function totalsOf(items: readonly UploadItem[]): Totals {
  const totals: Totals = {
    all: items.length,
    taken: 0,
    running: 0,
    analysing: 0,
    slow: 0,
    ended: 0,
    refused: 0,
    failed: 0,
    bytes: 0,
    sentBytes: 0,
  };
  for (const item of items) {
    if (item.phase === 'refused') totals.refused += 1;
    if (item.phase === 'failed') totals.failed += 1;
    if (item.phase === 'analysing') totals.analysing += 1;
    if (item.phase === 'unfinished') totals.slow += 1;
    if (item.phase === 'ended' || item.phase === 'gone') totals.ended += 1;
    if (isRunning(item)) totals.running += 1;
    if (item.phase === 'refused' || item.phase === 'cancelled') continue;
    totals.taken += 1;
    totals.bytes += item.file.size;
    totals.sentBytes += item.sent;
  }
  return totals;
}

const MAX_NAME = 200;
/** What the API refuses in a name: control characters, and what turns text around. */
const REFUSED = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** The name that the API is told: without folders, and shortened in the middle, not at its ending. */
export function nameFor(file: File, maxCharacters = MAX_NAME): string {
  const own = file.name.split(/[\\/]/).at(-1) ?? '';
  const name = own.replace(REFUSED, '').replaceAll('${', '$_{');
  if (!name || name === '.' || name === '..') return 'image';
  // Code points, as the API counts: half of a pair of units is no character.
  const characters = Array.from(name);
  if (characters.length <= maxCharacters) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 10 ? Array.from(name.slice(dot)) : [];
  return [...characters.slice(0, maxCharacters - ending.length), ...ending].join('');
}
