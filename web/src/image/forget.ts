import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Image, Images } from '../api/types';
import { stableLinks } from '../common/links';

const LISTS: ReadonlySet<unknown> = new Set(['results', 'reviews']);

/** Drops all that is known of an image that is deleted, so that no page shows it again. */
export function forgetImage(client: QueryClient, { id, task_id }: Pick<Image, 'id' | 'task_id'>) {
  const names = [id, task_id].filter((name) => name !== null);
  for (const name of names) {
    client.removeQueries({ queryKey: ['result', name] });
    client.removeQueries({ queryKey: ['history', name] });
    for (const kind of ['thumbnail', 'preview', 'processed']) stableLinks.forget(`${name}/${kind}`);
  }
  const isIt = (name: string | null) => name !== null && names.includes(name);
  client.setQueriesData<InfiniteData<Images>>(
    { predicate: ({ queryKey }) => LISTS.has(queryKey[0]) },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          items: page.items.filter((item) => !isIt(item.id) && !isIt(item.task_id)),
        })),
      },
  );
  for (const list of LISTS) void client.invalidateQueries({ queryKey: [list] });
}
