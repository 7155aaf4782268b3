import { ApiError } from '../api/problem';
import type { Images, Summary } from '../api/types';
import { isMoving } from '../common/status';

const SOON = 5_000;
const LATER = 30_000;
/** All pages are looked at one after the other, so many of them less often. */
const FOR_EACH_PAGE = 2_500;

/** Milliseconds after which the pages of a list are looked at again. */
export function pauseOf(
  pages: readonly Images[],
  { uploading, error }: { uploading: boolean; error: unknown },
): number {
  const moving = pages.some((page) => page.items.some(({ status }) => isMoving(status)));
  const wanted = error ? LATER : uploading || moving ? SOON : LATER;
  const asked = error instanceof ApiError ? error.retryAfter : 0;
  return Math.max(wanted, asked, pages.length * FOR_EACH_PAGE);
}

/** The images of all pages, each once: one may have moved while the pages were asked for. */
export function itemsOf(pages: readonly Images[]): Summary[] {
  const items = new Map<string, Summary>();
  for (const item of pages.flatMap((page) => page.items)) {
    const name = item.id ?? item.task_id ?? item.name;
    if (!items.has(name)) items.set(name, item);
  }
  return [...items.values()];
}
