import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApi } from '../api/ApiContext';
import type { Summary } from '../api/types';
import { useAnnounce } from '../common/announcer';
import { formatCount } from '../common/format';
import { approveAll, type Failure } from './bulk';
import { afterDecision } from './order';
import { useWork } from './useReviews';

interface Props {
  chosen: readonly string[];
  items: readonly Summary[];
  onFinished: () => void;
  children: ReactNode;
}

interface Run {
  all: number;
  done: number;
  failures: { name: string; sentence: string }[];
  isOver: boolean;
}

/** Approves what is selected, and lists what could not be, and why. */
export function BulkApprove({ chosen, items, onFinished, children }: Props) {
  const api = useApi();
  const client = useQueryClient();
  const announce = useAnnounce();
  const [, setWork] = useWork();
  const [run, setRun] = useState<Run | null>(null);

  const approve = async () => {
    const names = new Map(items.map(({ id, name }) => [id, name]));
    const named = ({ id, sentence }: Failure) => ({ name: names.get(id) ?? id, sentence });
    setRun({ all: chosen.length, done: 0, failures: [], isOver: false });
    try {
      const failures = await approveAll(
        chosen,
        (id) => api.decide(id, { decision: 'approve' }),
        (id, failure) => {
          if (!failure) setWork((work) => afterDecision(work, id));
          setRun(
            (before) =>
              before && {
                ...before,
                done: before.done + 1,
                failures: failure ? [...before.failures, named(failure)] : before.failures,
              },
          );
        },
      );
      announce(
        `${formatCount(chosen.length - failures.length, 'image')} approved, ${failures.length} not.`,
      );
    } finally {
      setRun((before) => before && { ...before, isOver: true });
      onFinished();
      await client.invalidateQueries({ queryKey: ['reviews'] });
    }
  };

  const busy = run !== null && !run.isOver;
  return (
    <div className="bulk">
      <div className="actions">
        {children}
        {chosen.length > 0 && (
          <Button onClick={() => void approve()} loading={busy} data-testid="bulk-approve">
            Approve {formatCount(chosen.length, 'image')}
          </Button>
        )}
      </div>
      {busy && <progress max={run.all} value={run.done} aria-label="Approved of the selected" />}
      {run?.isOver && (
        <div role="status" data-testid="bulk-result">
          <Alert
            type={run.failures.length > 0 ? 'warning' : 'success'}
            dismissible
            i18nStrings={{ dismissAriaLabel: 'Close' }}
            onDismiss={() => setRun(null)}
            header={`${formatCount(run.done - run.failures.length, 'image')} approved${run.failures.length > 0 ? `, ${run.failures.length} not` : ''}`}
          >
            {run.failures.length > 0 && (
              <ul>
                {run.failures.map(({ name, sentence }) => (
                  <li key={name}>
                    {name}: {sentence}
                  </li>
                ))}
              </ul>
            )}
          </Alert>
        </div>
      )}
    </div>
  );
}
