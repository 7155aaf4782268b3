import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import type { Image } from '../api/types';
import { useAnnounce } from '../common/announcer';
import { formatConfidence } from '../common/format';
import { hasEnded } from '../common/status';
import type { Row } from './marks';
import type { Highlight } from './useHighlight';

interface Props {
  image: Image;
  highlight: Highlight;
}

/** Everything that was found; a row and its boxes light up together. */
export function Findings({ image, highlight }: Props) {
  const { rows } = highlight;
  const none = hasEnded(image.status) ? 'None found.' : 'Not there yet; it appears here by itself.';
  return (
    <>
      <Rows
        title="Text"
        rows={rows.text}
        highlight={highlight}
        none={none}
        action={<CopyText lines={rows.text} />}
      />
      {rows.face.length > 0 && (
        <Rows title="Faces" rows={rows.face} highlight={highlight} none={none} />
      )}
      <Rows title="Labels" rows={rows.label} highlight={highlight} none={none} />
    </>
  );
}

interface RowsProps {
  title: string;
  rows: readonly Row[];
  highlight: Highlight;
  none: string;
  action?: React.ReactNode;
}

function Rows({ title, rows, highlight, none, action }: RowsProps) {
  const { active, setActive, chosen, choose } = highlight;
  return (
    <section
      aria-label={title}
      className="findings"
      data-testid={`findings-${title.toLowerCase()}`}
    >
      <div className="findings-head">
        <h2>
          {title} <span className="hint">({rows.length})</span>
        </h2>
        {rows.length > 0 && action}
      </div>
      {rows.length === 0 && <p className="hint">{none}</p>}
      <ul className="rows">
        {rows.map((row) => (
          <li
            key={row.id}
            id={`row-${row.id}`}
            className={row.id === active || row.id === chosen ? 'row row-active' : 'row'}
          >
            {row.boxes.length > 0 ? (
              <button
                type="button"
                className="row-button"
                aria-pressed={row.id === chosen}
                onMouseEnter={() => setActive(row.id)}
                onMouseLeave={() => setActive(null)}
                onFocus={() => setActive(row.id)}
                onBlur={() => setActive(null)}
                onClick={() => choose(row.id)}
              >
                <RowText row={row} />
              </button>
            ) : (
              <div className="row-button">
                <RowText row={row} />
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function RowText({ row }: { row: Row }) {
  return (
    <>
      <span
        className={`dot dot-${row.kind}${row.boxes.length === 0 ? ' dot-none' : ''}`}
        aria-hidden="true"
      />
      <span className="row-name">
        {row.name}
        {row.boxes.length > 1 && <span className="hint"> ×{row.boxes.length}</span>}
        {row.parents.length > 0 && <span className="row-parents">{row.parents.join(', ')}</span>}
      </span>
      <span className="row-confidence">
        {row.confidence !== null && formatConfidence(row.confidence)}
      </span>
    </>
  );
}

function CopyText({ lines }: { lines: readonly Row[] }) {
  const announce = useAnnounce();
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(lines.map(({ name }) => name).join('\n'));
      setState('copied');
      announce('The text is copied.');
    } catch {
      setState('failed');
      announce('The browser does not allow copying. Mark the text instead.');
    }
  };
  const words = { idle: 'Copy text', copied: 'Copied', failed: 'Not allowed to copy' };
  return (
    <Button
      iconName={state === 'copied' ? 'status-positive' : 'copy'}
      onClick={() => void copy()}
      data-testid="copy-text"
    >
      {words[state]}
    </Button>
  );
}
