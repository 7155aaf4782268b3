import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useCallback, useState } from 'react';
import { ApiError } from '../api/problem';
import type { Image } from '../api/types';
import { ErrorAlert } from '../common/ErrorAlert';
import { LinkButton } from '../common/LinkButton';
import { Loading } from '../common/Loading';
import { Page } from '../common/Page';
import { StatusBadge } from '../common/StatusBadge';
import { useStoredFlag } from '../common/stored';
import { Findings } from '../image/Findings';
import { History } from '../image/History';
import { useHighlight } from '../image/useHighlight';
import { useImage } from '../image/useImage';
import { Viewer } from '../image/Viewer';
import { CorrectionForm } from './CorrectionForm';
import { KeysHelp } from './KeysHelp';
import { KEYS_FLAG } from './keys';
import { decidable } from './order';
import { RejectDialog } from './RejectDialog';
import { reasonsOf } from './reasons';
import { UndoLast } from './UndoLast';
import { useClaim } from './useClaim';
import { useDecisions } from './useDecisions';
import { useKeys } from './useKeys';
import { useReviews } from './useReviews';
import './review.css';

/** One image of the review, claimed while it is open. */
export default function ReviewImagePage({ id }: { id: string }) {
  const image = useImage(id);
  const { refetch } = image;
  const reload = useCallback(() => void refetch(), [refetch]);
  if (image.data) return <Decide image={image.data} reload={reload} />;
  return (
    <Page title="Review">
      <UndoLast />
      {image.isPending ? (
        <Loading what="the image" />
      ) : (
        <>
          <ErrorAlert title="The image could not be loaded" error={image.error} onRetry={reload} />
          <p>
            <LinkButton href="/review">Back to the queue</LinkButton>
          </p>
        </>
      )}
    </Page>
  );
}

type Open = 'correction' | 'reject' | 'help' | null;

function Decide({ image, reload }: { image: Image; reload: () => void }) {
  const highlight = useHighlight(image);
  const [open, setOpen] = useState<Open>(null);
  const [keys, setKeys] = useStoredFlag(KEYS_FLAG, true);
  const { waiting } = useReviews();
  const { claim, ended } = useClaim(image.id ?? '', image.status === 'in_review');
  const { decide, undo, skip, canUndo, busy } = useDecisions(image, ended);
  const may = decidable(image);
  const isTaken = claim.isError && claim.error instanceof ApiError && claim.error.status === 409;
  const ready = !busy && !isTaken;
  const does = {
    ...(ready && may.approve && { approve: () => decide.mutate({ decision: 'approve' }) }),
    ...(ready && may.correct && { correct: () => setOpen('correction') }),
    ...(ready && may.reject && { reject: () => setOpen('reject') }),
    ...(!busy && canUndo && { undo: () => undo.mutate() }),
    next: skip,
    help: () => setOpen('help'),
  };
  useKeys(keys && open === null, does);
  const again = () => {
    decide.reset();
    undo.reset();
    reload();
    if (image.status === 'in_review') claim.mutate();
  };
  const close = () => setOpen(null);
  const key = (name: string) =>
    keys && (
      <span aria-hidden="true">
        <kbd>{name}</kbd>
      </span>
    );
  return (
    <Page
      title={image.name}
      description={
        <span className="review-facts">
          <StatusBadge status={image.status} /> <span data-testid="waiting">{waiting} waiting</span>
        </span>
      }
      actions={<LinkButton href="/review">Queue</LinkButton>}
    >
      <Conflicts
        taken={isTaken ? claim.error : null}
        failed={decide.error ?? undo.error ?? (isTaken ? null : claim.error)}
        again={again}
        skip={skip}
      />
      {image.status === 'in_review' && (
        <p data-testid="review-reasons">{reasonsOf(image.review_reasons)}</p>
      )}
      <div className="decisions" role="toolbar" aria-label="Decision">
        <Button
          variant="primary"
          disabled={!does.approve}
          loading={decide.isPending}
          onClick={() => does.approve?.()}
          data-testid="approve"
        >
          Approve {key('a')}
        </Button>
        <Button disabled={!does.correct} onClick={() => does.correct?.()} data-testid="correct">
          Correct {key('c')}
        </Button>
        <Button disabled={!does.reject} onClick={() => does.reject?.()} data-testid="reject">
          Reject {key('r')}
        </Button>
        <Button onClick={skip} data-testid="next">
          Next {key('n')}
        </Button>
        <Button
          disabled={!does.undo}
          loading={undo.isPending}
          onClick={() => does.undo?.()}
          data-testid="undo"
        >
          Undo last {key('u')}
        </Button>
        <Button variant="link" onClick={does.help} data-testid="keys">
          Keys {key('?')}
        </Button>
      </div>
      <div className="image-columns">
        <Viewer image={image} highlight={highlight} onBroken={reload} />
        <div className="panel">
          {open === 'correction' ? (
            <CorrectionForm
              image={image}
              busy={decide.isPending}
              onSend={(decision) => decide.mutate(decision)}
              onCancel={close}
            />
          ) : (
            <>
              <Findings image={image} highlight={highlight} />
              <History image={image} />
            </>
          )}
        </div>
      </div>
      {open === 'reject' && (
        <RejectDialog
          name={image.name}
          busy={decide.isPending}
          onCancel={close}
          onReject={(comment) =>
            decide.mutate({ decision: 'reject', comment }, { onSettled: close })
          }
        />
      )}
      {open === 'help' && <KeysHelp enabled={keys} setEnabled={setKeys} onClose={close} />}
    </Page>
  );
}

interface ConflictsProps {
  taken: Error | null;
  failed: Error | null;
  again: () => void;
  skip: () => void;
}

function Conflicts({ taken, failed, again, skip }: ConflictsProps) {
  if (taken) {
    return (
      <div role="alert" className="reason" data-testid="taken">
        <Alert
          type="warning"
          header="Somebody else is looking at this image"
          action={
            <div className="actions">
              <Button onClick={again}>Try again</Button>
              <Button onClick={skip}>Next image</Button>
            </div>
          }
        >
          {taken.message}
        </Alert>
      </div>
    );
  }
  if (!failed) return null;
  const isConflict = failed instanceof ApiError && failed.status === 409;
  return (
    <div className="reason">
      <ErrorAlert
        title={isConflict ? 'The image has changed meanwhile' : 'That did not work'}
        error={failed}
        onRetry={again}
      />
    </div>
  );
}
