import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import { type ReactNode, useState } from 'react';
import type { Summary } from '../api/types';
import { formatCount, sentence, shortName } from '../common/format';
import { seenOf } from './seen';
import { type Chosen, type Run, useBulk } from './useBulk';

interface Props {
  chosen: readonly string[];
  items: readonly Summary[];
  onFinished: () => void;
  children: ReactNode;
}

/** Approves what is selected, once it was asked for; lists what could not be, and why. */
export function BulkApprove({ chosen, items, onFinished, children }: Props) {
  const { run, busy, close, approve, takeBack } = useBulk();
  const [asked, setAsked] = useState<readonly Chosen[] | null>(null);
  const ask = () =>
    setAsked(
      // As they are seen now: who decides while the question is open is not decided over.
      items.flatMap((item) =>
        item.id && chosen.includes(item.id)
          ? [{ id: item.id, name: shortName(item.name), seen: seenOf(item) }]
          : [],
      ),
    );
  const confirm = () => {
    if (!asked) return;
    setAsked(null);
    void approve(asked).then(onFinished);
  };
  return (
    <div className="bulk">
      <div className="actions">
        {children}
        {chosen.length > 0 && (
          <Button onClick={ask} loading={busy} data-testid="bulk-approve">
            Approve {formatCount(chosen.length, 'image')}
          </Button>
        )}
      </div>
      {run && !run.isOver && (
        <progress
          max={run.all}
          value={run.done.length + run.failures.length}
          aria-label={`Selected images ${run.past}`}
        />
      )}
      {run?.isOver && <Outcome run={run} onClose={close} onUndo={() => void takeBack(run.done)} />}
      {asked && (
        <Modal
          visible
          onDismiss={() => setAsked(null)}
          closeAriaLabel="Close"
          header={`Approve ${formatCount(asked.length, 'image')}?`}
          footer={
            <div className="actions actions-end">
              <Button variant="link" onClick={() => setAsked(null)}>
                Cancel
              </Button>
              <Button variant="primary" onClick={confirm} data-testid="bulk-confirm">
                Approve
              </Button>
            </div>
          }
        >
          What was found in them is then right, as the list shows it. You can take it back.
        </Modal>
      )}
    </div>
  );
}

interface OutcomeProps {
  run: Run;
  onClose: () => void;
  onUndo: () => void;
}

function Outcome({ run, onClose, onUndo }: OutcomeProps) {
  const { past, done, failures } = run;
  const header = `${formatCount(done.length, 'image')} ${past}`;
  return (
    <div role="status" data-testid="bulk-result">
      <Alert
        type={failures.length > 0 ? 'warning' : 'success'}
        dismissible
        i18nStrings={{ dismissAriaLabel: 'Close' }}
        onDismiss={onClose}
        header={failures.length > 0 ? `${header}, ${failures.length} not` : header}
        action={
          past === 'approved' &&
          done.length > 0 && (
            <Button onClick={onUndo} data-testid="bulk-undo">
              Take back {done.length === 1 ? 'this approval' : `these ${done.length} approvals`}
            </Button>
          )
        }
      >
        {failures.length > 0 && (
          <ul>
            {failures.map(({ id, name, sentence: why }) => (
              <li key={id}>
                {name}: {sentence(why)}
              </li>
            ))}
          </ul>
        )}
      </Alert>
    </div>
  );
}
