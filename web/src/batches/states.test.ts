import { expect, test } from 'vitest';
import { atLeast, dayName, daySummary } from '../dashboard/figures';
import { costSentence, isOver, mayCancel, mayStart, percentOf } from './states';

test('a batch is started once, and cancelled while it is not over', () => {
  expect(mayStart({ state: 'listed', approved: false })).toBe(true);
  expect(mayStart({ state: 'listed', approved: true })).toBe(false);
  expect(mayStart({ state: 'running', approved: true })).toBe(false);
  expect(['listing', 'listed', 'running'].every((state) => mayCancel({ state }))).toBe(true);
  expect(['closed', 'cancelled', 'failed'].every((state) => isOver({ state }))).toBe(true);
});

test('progress is what has ended, or was sent as long as that is not counted', () => {
  expect(percentOf({ images: 0, fed: 0, ended: null })).toBe(0);
  expect(percentOf({ images: 200, fed: 100, ended: null })).toBe(50);
  expect(percentOf({ images: 1000, fed: 1000, ended: 999 })).toBe(99);
  expect(percentOf({ images: 10, fed: 12, ended: 12 })).toBe(100);
});

test('the cost is said with what it is for', () => {
  const max_cost = { labels: 12.4, text: 0.004, total: 12.404, currency: 'USD' };
  expect(costSentence({ images: 1, bytes: 1024, max_cost })).toBe(
    '1 image, 1 KB. At most $12.40: $12.40 for labels, $0.004 for text.',
  );
  expect(costSentence({ images: 1, bytes: 1024, max_cost: null })).toContain('when all are listed');
});

test('the chart has words', () => {
  const day = (name: string, images: number) => ({ day: name, images, complete: true });
  expect(daySummary([day('2026-11-20', 3), day('2026-11-21', 5)])).toBe(
    '8 images in 2 days, most on 21 Nov: 5',
  );
  expect(daySummary([day('2026-11-20', 0)])).toBe('No images in 1 day');
  expect(dayName('?')).toBe('?');
  expect(atLeast(1000, false)).toBe('1,000+');
});
