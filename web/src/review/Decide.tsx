import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import { useRef, useState } from 'react';
import type { DecisionRequest, Image } from '../api/types';
import { shortName } from '../common/format';
import { LinkButton } from '../common/LinkButton';
import { Page } from '../common/Page';
import { StatusBadge } from '../common/StatusBadge';
import { useStoredFlag } from '../common/stored';
import { Findings } from '../image/Findings';
import { History } from '../image/History';
import { useHighlight } from '../image/useHighlight';
import { Viewer } from '../image/Viewer';
import { Conflicts } from './Conflicts';
import { CorrectionForm } from './CorrectionForm';
import { KeysHelp } from './KeysHelp';
import { KEYS_FLAG } from './keys';
import { decidable } from './order';
import { RejectDialog } from './RejectDialog';
import { reasonsOf } from './reasons';
import { seenOf } from './seen';
import { UndoFailed } from './UndoFailed';
import { useClaim } from './useClaim';
import { useDecisions } from './useDecisions';
import { useKeys } from './useKeys';
import { usePicture } from './usePicture';
import { usePrefetch } from './usePrefetch';
import { useReviews } from './useReviews';

type Open = 'correction' | 'reject' | 'help' | null;

interface Props {
  image: Image;
  reload: () => void;
  /** It could not be looked at anew. */
  isOld: boolean;
}

/** The picture, what was found in it, and what may be decided. */
export function Decide({ image, reload, isOld }: Props) {
  const highlight = useHighlight(image);
  const [open, setOpen] = useState<Open>(null);
  const [keys, setKeys] = useStoredFlag(KEYS_FLAG, true);
  const correctButton = useRef<ButtonProps.Ref>(null);
  const { waiting } = useReviews();
  const isWaiting = image.status === 'in_review';
  const claim = useClaim(image.id ?? '', isWaiting);
  const { decide, undoing, skip, next, busy } = useDecisions(image, claim.ended);
  const picture = usePicture(image.links.preview);
  usePrefetch(picture.isShown ? next : null);
  const may = decidable(image);
  const { kind } = claim.state;
  const taken = isWaiting && claim.state.kind === 'taken' ? claim.state.error : null;
  const unclaimed = isWaiting && claim.state.kind === 'failed' ? claim.state.error : null;
  // Not before the claim is answered: somebody else may have the image.
  const ready = !busy && !(isWaiting && (kind === 'asking' || kind === 'taken'));
  const start = (what: Open) => {
    decide.reset();
    setOpen(what);
  };
  const does = {
    ...(ready &&
      may.approve &&
      // Nobody approves what they have not seen.
      picture.isSettled && {
        approve: () => decide.mutate({ decision: 'approve', ...seenOf(image) }),
      }),
    ...(ready && may.correct && { correct: () => start('correction') }),
    ...(ready && may.reject && { reject: () => start('reject') }),
    ...(!busy && undoing.canUndo && { undo: undoing.undo }),
    ...(!busy && { next: skip }),
    help: () => setOpen('help'),
  };
  useKeys(keys && open === null, does);
  const again = () => {
    decide.reset();
    undoing.reset();
    reload();
    if (isWaiting) claim.again();
  };
  const close = () => setOpen(null);
  const send = (decision: DecisionRequest) => decide.mutate(decision, { onSuccess: close });
  const key = (name: string) =>
    keys && (
      <span aria-hidden="true">
        <kbd>{name}</kbd>
      </span>
    );
  return (
    <Page
      title={shortName(image.name)}
      description={
        <span className="review-facts">
          <StatusBadge status={image.status} /> <span data-testid="waiting">{waiting} waiting</span>
        </span>
      }
      actions={<LinkButton href="/review">Queue</LinkButton>}
    >
      <Conflicts
        taken={taken}
        failed={open === 'reject' ? null : (decide.error ?? unclaimed)}
        again={again}
        takeOver={() => void claim.takeOver()}
        skip={skip}
      />
      <UndoFailed failed={undoing.failed} onClose={undoing.reset} />
      {isOld && (
        <p className="bad">
          The image cannot be looked at anew at the moment. This is tried again by itself.
        </p>
      )}
      {isWaiting && <p data-testid="review-reasons">{reasonsOf(image.review_reasons)}</p>}
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
        <Button
          ref={correctButton}
          disabled={!does.correct}
          onClick={() => does.correct?.()}
          data-testid="correct"
        >
          Correct {key('c')}
        </Button>
        <Button disabled={!does.reject} onClick={() => does.reject?.()} data-testid="reject">
          Reject {key('r')}
        </Button>
        <Button disabled={!does.next} onClick={() => does.next?.()} data-testid="next">
          Next {key('n')}
        </Button>
        <Button
          disabled={!does.undo}
          loading={undoing.busy}
          onClick={() => does.undo?.()}
          data-testid="undo"
        >
          {may.undo ? 'Undo this' : 'Undo last'} {key('u')}
        </Button>
        <Button variant="link" onClick={does.help} data-testid="keys">
          Keys {key('?')}
        </Button>
      </div>
      {may.approve && picture.isAsking && (
        <p className="hint" data-testid="without-picture">
          The picture is not here to be looked at, so Approve waits.{' '}
          <Button onClick={picture.giveUp}>Go on without it</Button>
        </p>
      )}
      <div className="image-columns" {...picture.around}>
        <Viewer image={image} highlight={highlight} onBroken={reload} />
        <div className="panel">
          {open === 'correction' ? (
            <CorrectionForm
              image={image}
              busy={decide.isPending}
              onSend={send}
              onCancel={() => {
                close();
                correctButton.current?.focus();
              }}
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
          image={image}
          busy={decide.isPending}
          error={decide.error}
          onSend={send}
          onCancel={close}
        />
      )}
      {open === 'help' && <KeysHelp enabled={keys} setEnabled={setKeys} onClose={close} />}
    </Page>
  );
}
