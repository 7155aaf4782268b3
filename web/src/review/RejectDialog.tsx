import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import type { DecisionRequest, Image } from '../api/types';
import { ErrorAlert } from '../common/ErrorAlert';
import { shortName } from '../common/format';
import { MAX_COMMENT } from './correction';
import { decidable } from './order';
import { isOther, seenOf } from './seen';
import { Stale } from './Stale';

interface Props {
  image: Image;
  busy: boolean;
  /** Why the last attempt failed; the text stays for another one. */
  error: Error | null;
  onSend: (decision: DecisionRequest) => void;
  onCancel: () => void;
}

/** Asks why: the owner of the image reads it. */
export function RejectDialog({ image, busy, error, onSend, onCancel }: Props) {
  const [seen, setSeen] = useState(image);
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState('');
  const isStale = isOther(seen, image);
  const send = () => {
    const text = reason.trim();
    if (!text) setProblem('Say why, in a few words: the owner of the image reads it.');
    else if (text.length > MAX_COMMENT)
      setProblem(`A reason has at most ${MAX_COMMENT} characters.`);
    else onSend({ decision: 'reject', comment: text, ...seenOf(seen) });
  };
  return (
    <Modal
      visible
      onDismiss={onCancel}
      closeAriaLabel="Close"
      header={`Reject ${shortName(image.name)}?`}
      footer={
        <div className="actions actions-end">
          <Button variant="link" onClick={onCancel}>
            Cancel
          </Button>
          <Button
            variant="primary"
            loading={busy}
            disabled={isStale || !decidable(image).reject}
            onClick={send}
            data-testid="reject-confirm"
          >
            Reject
          </Button>
        </div>
      }
    >
      {isStale && <Stale before={seen} image={image} onTakeOver={() => setSeen(image)} />}
      {!isStale && error && <ErrorAlert title="It is not rejected" error={error} />}
      <FormField label="Reason" errorText={problem}>
        <Textarea
          value={reason}
          onChange={({ detail }) => setReason(detail.value)}
          autoFocus
          rows={3}
        />
      </FormField>
    </Modal>
  );
}
