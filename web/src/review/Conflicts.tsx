import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { ApiError } from '../api/problem';
import { isIn } from '../auth/identity';
import { useIdentity } from '../auth/SessionContext';
import { ErrorAlert } from '../common/ErrorAlert';
import { sentence } from '../common/format';

interface Props {
  /** Why the image is not this person's to decide on. */
  taken: Error | null;
  failed: Error | null;
  again: () => void;
  takeOver: () => void;
  skip: () => void;
}

/** What stands in the way of a decision, and the ways on. */
export function Conflicts({ taken, failed, again, takeOver, skip }: Props) {
  const isAdmin = isIn(useIdentity());
  if (taken) {
    return (
      <div role="alert" className="reason" data-testid="taken">
        <Alert
          type="warning"
          header="Somebody else is looking at this image"
          action={
            <div className="actions">
              <Button onClick={again}>Try again</Button>
              {isAdmin && (
                <Button onClick={takeOver} data-testid="take-over">
                  Take over
                </Button>
              )}
              <Button onClick={skip}>Next image</Button>
            </div>
          }
        >
          {sentence(taken.message)}
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
