import Button from '@cloudscape-design/components/button';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useAnnounce } from '../common/announcer';
import { formatBytes, formatCount } from '../common/format';
import { LinkButton } from '../common/LinkButton';
import { Page } from '../common/Page';
import { useConfig } from '../config/ConfigContext';
import { takenFormats } from './check';
import { DropZone } from './DropZone';
import { hasEnded, type Totals, totalsOf, type UploadItem } from './item';
import type { Dropped } from './queue';
import { UploadRow } from './UploadRow';
import { useUploads } from './UploadsContext';
import './upload.css';

const PAGE = 50;

type Shown = 'all' | 'running' | 'ended' | 'refused';

const FILTERS: Record<Shown, { label: string; has: (item: UploadItem) => boolean }> = {
  all: { label: 'All', has: () => true },
  running: { label: 'On their way', has: (item) => !hasEnded(item) },
  ended: {
    label: 'With a result',
    has: ({ phase }) => phase === 'ended' || phase === 'gone',
  },
  refused: {
    label: 'Not sent or failed',
    has: ({ phase }) => phase === 'refused' || phase === 'failed' || phase === 'cancelled',
  },
};

export default function UploadPage() {
  const config = useConfig();
  const { queue, items } = useUploads();
  const add = useCallback((files: Dropped[]) => queue.add(files), [queue]);
  const hint = `${takenFormats(config)}, at most ${formatBytes(config.maxBytes)} each.`;
  return (
    <Page
      title="Upload"
      description="Drop images, go elsewhere if you like: sending goes on while this tab is open."
    >
      <DropZone onFiles={add} hint={hint} />
      {items.length > 0 && <Uploads items={items} />}
    </Page>
  );
}

function Uploads({ items }: { items: readonly UploadItem[] }) {
  const { queue } = useUploads();
  const [shown, setShown] = useState<Shown>('all');
  const [count, setCount] = useState(PAGE);
  const totals = totalsOf(items);
  const rows = items.filter(FILTERS[shown].has);
  return (
    <section aria-label="Your uploads" className="uploads">
      <Progress totals={totals} />
      <div className="upload-tools">
        <label className="field">
          <span>Show</span>
          <select
            value={shown}
            onChange={(event) => {
              setShown(event.target.value as Shown);
              setCount(PAGE);
            }}
          >
            {Object.entries(FILTERS).map(([name, { label, has }]) => (
              <option key={name} value={name}>
                {label} ({items.filter(has).length})
              </option>
            ))}
          </select>
        </label>
        <div className="actions">
          {totals.running > 0 && <Button onClick={() => queue.cancelAll()}>Cancel all</Button>}
          {totals.failed > 0 && (
            <Button onClick={() => queue.retryFailed()}>Try failed ones again</Button>
          )}
          <Button onClick={() => queue.tidy()} disabled={!items.some(hasEnded)}>
            Clear finished
          </Button>
          <LinkButton href="/gallery">Go to the gallery</LinkButton>
        </div>
      </div>
      <ul className="upload-list">
        {rows.slice(0, count).map((item) => (
          <UploadRow key={item.id} item={item} queue={queue} />
        ))}
      </ul>
      {rows.length > count && (
        <Button onClick={() => setCount(count + PAGE)}>
          Show {Math.min(PAGE, rows.length - count)} more of {rows.length - count}
        </Button>
      )}
    </section>
  );
}

/** The sentence beside the bar of all files. */
function summaryOf(totals: Totals): string {
  const parts = [`${totals.ended} of ${formatCount(totals.taken, 'image')} finished`];
  if (totals.running > 0) parts.push(`${totals.running} on their way`);
  if (totals.analysing > 0) parts.push(`${totals.analysing} being analysed`);
  if (totals.slow === 1) parts.push('1 takes longer');
  if (totals.slow > 1) parts.push(`${totals.slow} take longer`);
  if (totals.refused > 0) parts.push(`${totals.refused} not sent`);
  if (totals.failed > 0) parts.push(`${totals.failed} failed`);
  return parts.join(', ');
}

function Progress({ totals }: { totals: Totals }) {
  const announce = useAnnounce();
  const summary = summaryOf(totals);
  const busy = totals.running + totals.analysing > 0;
  const latest = useRef(summary);
  useEffect(() => {
    latest.current = summary;
  }, [summary]);
  // Every change would drown everything else; so the beginning, now and then, and the end.
  useEffect(() => {
    announce(latest.current);
    if (!busy) return;
    const timer = setInterval(() => announce(latest.current), 15_000);
    return () => clearInterval(timer);
  }, [busy, announce]);
  return (
    <div className="upload-progress">
      <h2 data-testid="upload-summary">{summary}</h2>
      {totals.running > 0 && (
        <>
          <progress max={totals.bytes || 1} value={totals.sentBytes} aria-label="Sent of all" />
          <span className="hint">
            {formatBytes(totals.sentBytes)} of {formatBytes(totals.bytes)} sent
          </span>
        </>
      )}
    </div>
  );
}
