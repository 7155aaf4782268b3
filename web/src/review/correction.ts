/** A correction: what a person made of the labels and lines, as the difference that the API takes. */
import type { DecisionRequest, Image } from '../api/types';
import type { Seen } from './seen';

export interface Draft {
  labels: readonly string[];
  lines: readonly string[];
  comment: string;
}

const MAX_LABEL = 100;
const MAX_LABELS_ADDED = 50;
const MAX_LINE = 300;
const MAX_LINES = 100;
const MAX_TEXT_BYTES = 20_000;
export const MAX_COMMENT = 1_000;

/** What the image has now. */
export function draftOf(image: Pick<Image, 'labels' | 'text'>): Draft {
  return {
    labels: image.labels.map(({ name }) => name),
    lines: image.text.filter(({ kind }) => kind === 'LINE').map(({ text }) => text),
    comment: '',
  };
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** A draft with one more label; null if it has it already or the name cannot be used. */
export function withLabel(draft: Draft, name: string): Draft | null {
  const label = name.trim().replace(/\s+/g, ' ');
  if (!label || label.length > MAX_LABEL) return null;
  if (draft.labels.some((other) => same(other, label))) return null;
  return { ...draft, labels: [...draft.labels, label] };
}

const cleaned = (lines: readonly string[]): string[] =>
  lines.map((line) => line.trim()).filter((line) => line !== '');

const isSameText = (one: readonly string[], other: readonly string[]): boolean =>
  cleaned(one).join('\n') === cleaned(other).join('\n');

/**
 * A draft on top of what somebody else made of the image meanwhile. Lines that both have changed
 * are the other's then; `lost` has one's own, to be looked at.
 */
export function rebased(
  before: Draft,
  draft: Draft,
  now: Draft,
): { draft: Draft; lost: readonly string[] } {
  const removed = before.labels.filter((name) => !draft.labels.includes(name));
  const added = draft.labels.filter((name) => !before.labels.includes(name));
  const kept = now.labels.filter((name) => !removed.includes(name));
  const isMine = !isSameText(before.lines, draft.lines);
  const isTheirs = !isSameText(before.lines, now.lines);
  return {
    draft: {
      labels: [...kept, ...added.filter((name) => !kept.some((other) => same(other, name)))],
      lines: isMine && !isTheirs ? draft.lines : now.lines,
      comment: draft.comment,
    },
    lost: isMine && isTheirs && !isSameText(draft.lines, now.lines) ? cleaned(draft.lines) : [],
  };
}

/** What is sent for a correction, but for what it is about. */
export type Difference = Omit<DecisionRequest, keyof Seen>;

/** The decision that makes the draft true; null when nothing was changed. */
export function differenceOf(before: Draft, draft: Draft): Difference | null {
  const added = draft.labels.filter((name) => !before.labels.includes(name));
  const removed = before.labels.filter((name) => !draft.labels.includes(name));
  const lines = cleaned(draft.lines);
  const isOtherText = !isSameText(lines, before.lines);
  if (added.length === 0 && removed.length === 0 && !isOtherText) return null;
  return {
    decision: 'correct',
    comment: draft.comment.trim() || null,
    add_labels: added,
    remove_labels: removed,
    text: isOtherText ? lines : null,
  };
}

/** Why a draft cannot be sent, as a sentence; null if it can. */
export function problemOf(before: Draft, draft: Draft): string | null {
  const change = differenceOf(before, draft);
  if (!change) return 'Nothing is changed yet. Approve the image if it is right.';
  if ((change.add_labels ?? []).length > MAX_LABELS_ADDED)
    return `At most ${MAX_LABELS_ADDED} labels can be added.`;
  const lines = change.text ?? [];
  if (lines.length > MAX_LINES) return `At most ${MAX_LINES} lines can be kept.`;
  if (lines.some((line) => line.length > MAX_LINE))
    return `A line has at most ${MAX_LINE} characters.`;
  if (new TextEncoder().encode(lines.join('')).length > MAX_TEXT_BYTES)
    return 'The text is too long.';
  if (draft.comment.length > MAX_COMMENT) return `A comment has at most ${MAX_COMMENT} characters.`;
  return null;
}
