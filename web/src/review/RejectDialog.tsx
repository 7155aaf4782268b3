import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { MAX_COMMENT } from './correction';

interface Props {
  name: string;
  busy: boolean;
  onReject: (reason: string) => void;
  onCancel: () => void;
}

/** Asks why: the owner of the image reads it. */
export function RejectDialog({ name, busy, onReject, onCancel }: Props) {
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState('');
  const send = () => {
    const text = reason.trim();
    if (!text) setProblem('Say why, in a few words: the owner of the image reads it.');
    else if (text.length > MAX_COMMENT)
      setProblem(`A reason has at most ${MAX_COMMENT} characters.`);
    else onReject(text);
  };
  return (
    <Modal
      visible
      onDismiss={onCancel}
      closeAriaLabel="Close"
      header={`Reject ${name}?`}
      footer={
        <div className="actions actions-end">
          <Button variant="link" onClick={onCancel}>
            Cancel
          </Button>
          <Button variant="primary" loading={busy} onClick={send} data-testid="reject-confirm">
            Reject
          </Button>
        </div>
      }
    >
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
