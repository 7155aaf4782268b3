import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { memo } from 'react';
import { Link } from 'wouter';
import { formatBytes } from '../common/format';
import { StatusBadge } from '../common/StatusBadge';
import { isRunning, type UploadItem } from './item';
import type { UploadQueue } from './queue';
import { Thumbnail } from './Thumbnail';

function State({ item }: { item: UploadItem }) {
  switch (item.phase) {
    case 'checking':
      return <StatusIndicator type="pending">Being checked</StatusIndicator>;
    case 'waiting':
      return <StatusIndicator type="pending">Waiting for its turn</StatusIndicator>;
    case 'sending':
      return (
        <StatusIndicator type="in-progress">{item.note ? 'Waiting' : 'Being sent'}</StatusIndicator>
      );
    case 'analysing':
      return <StatusBadge status={item.result?.status === 'labelled' ? 'labelled' : 'received'} />;
    case 'ended':
      return <StatusBadge status={item.result?.status ?? 'done'} />;
    case 'unfinished':
      return <StatusIndicator type="pending">Takes longer</StatusIndicator>;
    case 'gone':
      return <StatusIndicator type="stopped">No result</StatusIndicator>;
    case 'refused':
      return <StatusIndicator type="warning">Not sent</StatusIndicator>;
    case 'failed':
      return <StatusIndicator type="error">Failed</StatusIndicator>;
    case 'cancelled':
      return <StatusIndicator type="stopped">Cancelled</StatusIndicator>;
  }
}

interface Props {
  item: UploadItem;
  queue: UploadQueue;
}

/** One file: where it is, and what came of it. Drawn anew only when it changes. */
export const UploadRow = memo(function UploadRow({ item, queue }: Props) {
  const { file, result } = item;
  const format = item.contentType?.replace('image/', '').toUpperCase() ?? '';
  const note = item.note ?? result?.reason ?? null;
  const found = result?.labels.slice(0, 5) ?? [];
  const lines = result?.lines ?? [];
  return (
    <li className="upload-row" data-testid="upload-row" data-phase={item.phase}>
      <Thumbnail file={file} format={format} />
      <div className="upload-what">
        <div className="upload-name">
          {item.taskId ? <Link href={`/images/${item.taskId}`}>{item.path}</Link> : item.path}
        </div>
        {file.size > 0 && <div className="hint">{formatBytes(file.size)}</div>}
        {note && <div data-testid="upload-note">{note}</div>}
        {item.phase === 'ended' && (found.length > 0 || lines.length > 0) && (
          <div data-testid="upload-result">
            {found.join(', ')}
            {lines.length > 0 && (
              <span className="upload-text"> “{lines.slice(0, 3).join(' / ')}”</span>
            )}
          </div>
        )}
      </div>
      <div className="upload-state">
        <State item={item} />
        {item.phase === 'sending' && (
          <progress max={file.size} value={item.sent} aria-label={`Sent of ${item.path}`} />
        )}
      </div>
      <div className="upload-action">
        {isRunning(item) && (
          <Button
            iconName="close"
            variant="icon"
            ariaLabel={`Cancel ${item.path}`}
            onClick={() => queue.cancel(item.id)}
          />
        )}
        {(item.phase === 'failed' || item.phase === 'cancelled') && (
          <Button ariaLabel={`Try ${item.path} again`} onClick={() => queue.retry(item.id)}>
            Try again
          </Button>
        )}
      </div>
    </li>
  );
});
