/** Who is next in the review, and what may be decided about an image. */
import type { Image, Summary } from '../api/types';

/** A decision of this person: `number` is its place in the image's history, from 1 on. */
export interface Decided {
  id: string;
  number: number;
  /** Of what no answer came: of the decision itself, or of its undo. It may have been made. */
  unsure?: 'decision' | 'undo';
}

/** What this person did so far. */
export interface Work {
  /** Decisions, the last one last: what `undo` takes back. They outlive a reload of the tab. */
  decided: readonly Decided[];
  /** Images that were left without a decision: they come again when all others are done. */
  skipped: readonly string[];
}

export const NO_WORK: Work = { decided: [], skipped: [] };

const isFree = (image: Summary): boolean => !image.claim || image.claim.yours;

/** True if the list is from after that decision, so that the image waits once more. */
const waitsAgain = (image: Summary, { id, number }: Decided): boolean =>
  image.id === id && image.reviews >= number;

function openOf(waiting: readonly Summary[], work: Work, current: string | null): string[] {
  return waiting.flatMap((image) => {
    if (!image.id || image.id === current || !isFree(image)) return [];
    const mine = work.decided.find(({ id }) => id === image.id);
    return mine && mine.unsure !== 'decision' && !waitsAgain(image, mine) ? [] : [image.id];
  });
}

/** The oldest image that waits, that nobody else has, and that was not skipped. */
export function freshOf(
  waiting: readonly Summary[],
  work: Work,
  current: string | null,
): string | null {
  return openOf(waiting, work, current).find((id) => !work.skipped.includes(id)) ?? null;
}

/** The oldest image that waits and that nobody else has; those that were skipped come last. */
export function nextOf(
  waiting: readonly Summary[],
  work: Work,
  current: string | null,
): string | null {
  return freshOf(waiting, work, current) ?? openOf(waiting, work, current)[0] ?? null;
}

const without = (decided: readonly Decided[], id: string) =>
  decided.filter((other) => other.id !== id);

export function afterDecision(work: Work, id: string, number: number): Work {
  return {
    decided: [...without(work.decided, id), { id, number }],
    skipped: work.skipped.filter((other) => other !== id),
  };
}

/** With a decision that may have been made. */
export function afterLostDecision(work: Work, id: string, number: number): Work {
  return { ...work, decided: [...without(work.decided, id), { id, number, unsure: 'decision' }] };
}

/** With a decision that may have been taken back: the next undo is for the same one. */
export function afterLostUndo(work: Work, { id, number }: Decided): Work {
  // It was not even known whether there is one, and is not now.
  if (work.decided.some((mine) => mine.id === id && mine.unsure === 'decision')) return work;
  return { ...work, decided: [...without(work.decided, id), { id, number, unsure: 'undo' }] };
}

/** Without the decision on an image: it was taken back, or is no longer theirs to take back. */
export function afterUndo(work: Work, id: string): Work {
  return { ...work, decided: without(work.decided, id) };
}

/**
 * Without decisions on images that wait again: somebody else took them back. One whose own undo got
 * no answer stays, or the next undo would take back another.
 */
export function afterList(work: Work, waiting: readonly Summary[]): Work {
  const decided = work.decided.filter(
    (mine) => mine.unsure === 'undo' || !waiting.some((image) => waitsAgain(image, mine)),
  );
  return decided.length === work.decided.length ? work : { ...work, decided };
}

export function afterSkip(work: Work, id: string): Work {
  if (work.decided.some((mine) => mine.id === id && !mine.unsure)) return work;
  return { ...work, skipped: [...work.skipped.filter((other) => other !== id), id] };
}

/** What may be decided, as lambdas/common/review/decisions.py has it. */
export function decidable(image: Pick<Image, 'status' | 'review'>): {
  approve: boolean;
  correct: boolean;
  reject: boolean;
  undo: boolean;
} {
  const { status } = image;
  const byPerson = status === 'rejected' && image.review?.decision === 'reject';
  return {
    approve: status === 'in_review' || byPerson,
    correct: status === 'in_review' || status === 'done' || byPerson,
    reject: status === 'in_review' || status === 'done',
    undo: image.review !== null && (status === 'done' || byPerson),
  };
}
