import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';

interface Props {
  title: string;
  confirm: string;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children: string;
}

/** Asks before something that costs money or cannot be taken back. */
export function ConfirmDialog({ title, confirm, busy, onConfirm, onClose, children }: Props) {
  return (
    <Modal
      visible
      onDismiss={onClose}
      closeAriaLabel="Close"
      header={title}
      footer={
        <div className="actions">
          <Button variant="primary" loading={busy} onClick={onConfirm} data-testid="confirm">
            {confirm}
          </Button>
          <Button variant="link" onClick={onClose}>
            Back
          </Button>
        </div>
      }
    >
      {children}
    </Modal>
  );
}
