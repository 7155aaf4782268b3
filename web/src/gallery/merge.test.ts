import { describe, expect, test } from 'vitest';
import type { Images, Summary } from '../api/types';
import { mergePages, nextCursor } from './merge';

const item = (id: string, status = 'done') => ({ id, status, name: id }) as Summary;
const page = (ids: string[], next: string | null = null): Images => ({
  items: ids.map((id) => item(id)),
  next,
});
const ids = (items: Summary[]) => items.map(({ id }) => id);

describe('head and pages', () => {
  test('new images come first, and each is there once', () => {
    const { items, hasGap } = mergePages(page(['d', 'c', 'b'], 'x'), [
      page(['c', 'b'], 'x'),
      page(['a']),
    ]);
    expect(ids(items)).toEqual(['d', 'c', 'b', 'a']);
    expect(hasGap).toBe(false);
  });

  test('what the head says of an image is newer', () => {
    const head = { items: [item('a', 'done')], next: null };
    const { items } = mergePages(head, [{ items: [item('a', 'received')], next: null }]);
    expect(items.map(({ status }) => status)).toEqual(['done']);
  });

  test('there is a gap when more came than the head shows', () => {
    expect(mergePages(page(['z', 'y'], 'x'), [page(['b', 'a'])]).hasGap).toBe(true);
    // The head has all there is: the others were deleted.
    expect(mergePages(page(['z', 'y']), [page(['b', 'a'])]).hasGap).toBe(false);
    expect(mergePages(page(['z'], 'x'), [page([])]).hasGap).toBe(false);
  });

  test('before the first answers there is nothing', () => {
    expect(mergePages(undefined, [])).toEqual({ items: [], hasGap: false });
  });

  test('an image without an id is known by its task', () => {
    const waiting = { id: null, task_id: 't', name: 'n' } as Summary;
    expect(
      mergePages({ items: [waiting], next: null }, [{ items: [waiting], next: null }]).items,
    ).toHaveLength(1);
  });
});

test('a cursor goes on also after an empty page, and ends with null', () => {
  expect(nextCursor({ next: 'x' })).toBe('x');
  expect(nextCursor({ next: null })).toBeUndefined();
});
