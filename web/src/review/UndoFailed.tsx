import Alert from '@cloudscape-design/components/alert';
import { ErrorAlert } from '../common/ErrorAlert';
import { sentence } from '../common/format';
import { LinkButton } from '../common/LinkButton';
import { isLost } from './useUndo';

interface Props {
  failed: { error: Error; id: string } | null;
  onClose: () => void;
}

/** Why a decision was not taken back, and where to see what became of the image. */
export function UndoFailed({ failed, onClose }: Props) {
  if (!failed) return null;
  const { error, id } = failed;
  if (!isLost(error)) return <ErrorAlert title="That did not work" error={error} />;
  return (
    <div role="alert" className="reason" data-testid="undo-lost">
      <Alert
        type="warning"
        header="This decision is no longer yours to take back"
        dismissible
        i18nStrings={{ dismissAriaLabel: 'Close' }}
        onDismiss={onClose}
        action={<LinkButton href={`/review/${id}`}>Look at the image</LinkButton>}
      >
        {sentence(error.message)}
      </Alert>
    </div>
  );
}
