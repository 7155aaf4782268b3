import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';

interface Shown {
  label: string;
  type: StatusIndicatorProps.Type;
}

const SHOWN: Record<string, Shown> = {
  awaiting_upload: { label: 'Waiting for its file', type: 'pending' },
  received: { label: 'Being analysed', type: 'in-progress' },
  labelled: { label: 'Reading text', type: 'in-progress' },
  on_hold: { label: 'On hold', type: 'pending' },
  done: { label: 'Done', type: 'success' },
  in_review: { label: 'In review', type: 'info' },
  rejected: { label: 'Rejected', type: 'warning' },
  failed: { label: 'Failed', type: 'error' },
};

/** The states that a list can be filtered by, in the order of an image's life. */
export const LISTED_STATES = [
  'received',
  'labelled',
  'on_hold',
  'in_review',
  'done',
  'rejected',
  'failed',
] as const;

const ON_THE_WAY = new Set(['awaiting_upload', 'received', 'labelled', 'on_hold']);

/** How a state is shown; one that this version does not know is shown by its own name. */
export function shownStatus(status: string): Shown {
  return SHOWN[status] ?? { label: status.replaceAll('_', ' '), type: 'info' };
}

/** True when the pipeline has nothing more to do for the image. */
export function hasEnded(status: string): boolean {
  return !ON_THE_WAY.has(status);
}

/** True when the pipeline is at the image, so that there is something new within seconds. */
export function isMoving(status: string): boolean {
  return status === 'received' || status === 'labelled';
}

const EVENTS: Record<string, string> = {
  received: 'Received',
  labelled: 'Labels found',
  on_hold: 'Put on hold',
  in_review: 'Put into review',
};

/** What happened when an image came to a state. */
export function eventName(status: string): string {
  return EVENTS[status] ?? shownStatus(status).label;
}
