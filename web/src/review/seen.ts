/** What a decision is about: the image as the person saw it, which the API compares. */
import type { Image } from '../api/types';
import { pastOf } from '../image/changes';

export interface Seen {
  seen: number;
  seen_finished_at: string | null;
}

/** The part of an image, or of an item of a list, that changes with each decision or analysis. */
export type Version = Pick<Image, 'reviews' | 'finished_at'>;

export function seenOf({ reviews, finished_at }: Version): Seen {
  return { seen: reviews, seen_finished_at: finished_at };
}

/** True when somebody decided on the image, or it was analysed anew, between the two. */
export function isOther(one: Version, other: Version): boolean {
  return one.reviews !== other.reviews || one.finished_at !== other.finished_at;
}

/** What happened to an image meanwhile, as a sentence. */
export function whatHappened(before: Version, image: Image): string {
  if (before.reviews === image.reviews) return 'It was analysed anew.';
  if (!image.review) return 'The decision on it was taken back.';
  return `${pastOf(image.review.decision)} by ${image.review.by}.`;
}
