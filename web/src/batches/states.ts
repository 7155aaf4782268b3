import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { Batch } from '../api/types';
import { formatBytes, formatCount, formatMoney } from '../common/format';

const SHOWN: Record<string, { label: string; type: StatusIndicatorProps.Type }> = {
  listing: { label: 'Being listed', type: 'in-progress' },
  listed: { label: 'Waits for your start', type: 'pending' },
  running: { label: 'Running', type: 'in-progress' },
  closed: { label: 'Finished', type: 'success' },
  cancelled: { label: 'Cancelled', type: 'stopped' },
  failed: { label: 'Failed', type: 'error' },
};

export function shownState(state: string): { label: string; type: StatusIndicatorProps.Type } {
  return SHOWN[state] ?? { label: state, type: 'info' };
}

export const isOver = ({ state }: Pick<Batch, 'state'>): boolean =>
  !['listing', 'listed', 'running'].includes(state);

/** A started batch that is still being listed starts by itself: nobody has to start it again. */
export const mayStart = ({ state, approved }: Pick<Batch, 'state' | 'approved'>): boolean =>
  state === 'listed' && !approved;

export const mayCancel = (batch: Pick<Batch, 'state'>): boolean => !isOver(batch);

export const hasReport = ({ started_at }: Pick<Batch, 'started_at'>): boolean =>
  started_at !== null;

/** Per cent of the images that have ended, or, where that is not counted, that were sent. */
export function percentOf({ images, fed, ended }: Pick<Batch, 'images' | 'fed' | 'ended'>): number {
  if (images === 0) return 0;
  return Math.min(100, Math.floor((100 * (ended ?? fed)) / images));
}

/** What a start costs at most, as a sentence. */
export function costSentence({
  images,
  bytes,
  max_cost,
}: Pick<Batch, 'images' | 'bytes' | 'max_cost'>): string {
  const what = `${formatCount(images, 'image')}, ${formatBytes(bytes)}`;
  if (!max_cost) return `${what} so far; the cost is known when all are listed.`;
  const { labels, text, total, currency } = max_cost;
  const money = (amount: number) => formatMoney(amount, currency);
  return `${what}. At most ${money(total)}: ${money(labels)} for labels, ${money(text)} for text.`;
}
