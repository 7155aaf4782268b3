import type { Images, Summary } from '../api/types';

const nameOf = (item: Summary): string => item.id ?? item.task_id ?? item.name;

/** One list of all pages and of the newest look at its head: newest first, each image once.
 *
 * The head is newer, so it wins; images between head and pages that neither has come with the
 * next load of the pages (`hasGap`).
 */
export function mergePages(
  head: Images | undefined,
  pages: readonly Images[],
): { items: Summary[]; hasGap: boolean } {
  const items: Summary[] = [];
  const seen = new Set<string>();
  const take = (item: Summary) => {
    const name = nameOf(item);
    if (seen.has(name)) return;
    seen.add(name);
    items.push(item);
  };
  const known = new Set(pages.flatMap((page) => page.items.map(nameOf)));
  const hasGap =
    head !== undefined &&
    head.next !== null &&
    known.size > 0 &&
    head.items.length > 0 &&
    !head.items.some((item) => known.has(nameOf(item)));
  for (const item of head?.items ?? []) take(item);
  for (const page of pages) for (const item of page.items) take(item);
  return { items, hasGap };
}

/** The cursor after the last page; undefined where the list ends. */
export function nextCursor(page: { next: string | null }): string | undefined {
  return page.next ?? undefined;
}
