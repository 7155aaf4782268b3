import type { Entry } from '../api/types';
import { shownStatus } from '../common/status';

const PAST: Record<string, string> = {
  approve: 'Approved',
  correct: 'Corrected',
  reject: 'Rejected',
  undo: 'Taken back',
};

export function pastOf(decision: string): string {
  return PAST[decision] ?? decision;
}

/** What a decision changed, one sentence for each thing. */
export function changesOf({ before, after }: Entry): string[] {
  const names = (sight: Entry['before']) => sight.labels.map(({ name }) => name);
  const added = names(after).filter((name) => !names(before).includes(name));
  const removed = names(before).filter((name) => !names(after).includes(name));
  const changes: string[] = [];
  if (before.status !== after.status) {
    changes.push(
      `Status: ${shownStatus(before.status).label} → ${shownStatus(after.status).label}`,
    );
  }
  if (added.length > 0) changes.push(`Labels added: ${added.join(', ')}`);
  if (removed.length > 0) changes.push(`Labels removed: ${removed.join(', ')}`);
  if (before.text.join('\n') !== after.text.join('\n')) {
    changes.push(after.text.length > 0 ? `Text: “${after.text.join(' / ')}”` : 'Text removed');
  }
  return changes;
}
