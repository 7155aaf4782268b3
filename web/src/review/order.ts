/** Who is next in the review, and what may be decided about an image. */
import type { Image, Summary } from '../api/types';

/** What this person did since the page was loaded. */
export interface Work {
  /** Images decided on, the last one last: what `undo` takes back. */
  decided: readonly string[];
  /** Images that were left without a decision: they come again when all others are done. */
  skipped: readonly string[];
}

export const NO_WORK: Work = { decided: [], skipped: [] };

const isFree = (image: Summary): boolean => !image.claim || image.claim.yours;

/** The oldest image that waits and that nobody else has; those that were skipped come last. */
export function nextOf(
  waiting: readonly Summary[],
  work: Work,
  current: string | null,
): string | null {
  const open = waiting.filter(
    (image) =>
      image.id && image.id !== current && isFree(image) && !work.decided.includes(image.id),
  );
  const fresh = open.find((image) => image.id && !work.skipped.includes(image.id));
  return fresh?.id ?? open[0]?.id ?? null;
}

export function afterDecision(work: Work, id: string): Work {
  return {
    decided: [...work.decided.filter((other) => other !== id), id],
    skipped: work.skipped.filter((other) => other !== id),
  };
}

export function afterUndo(work: Work, id: string): Work {
  return { ...work, decided: work.decided.filter((other) => other !== id) };
}

export function afterSkip(work: Work, id: string): Work {
  if (work.decided.includes(id)) return work;
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
