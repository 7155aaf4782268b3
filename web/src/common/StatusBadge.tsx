import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { shownStatus } from './status';

/** An image's state, by a word and a sign. */
export function StatusBadge({ status }: { status: string }) {
  const { label, type } = shownStatus(status);
  return <StatusIndicator type={type}>{label}</StatusIndicator>;
}
