import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import type { Image } from '../api/types';
import { type Version, whatHappened } from './seen';

interface Props {
  /** The image as it was when the form was opened, and as it is now. */
  before: Version;
  image: Image;
  onTakeOver: () => void;
}

/** Says in an open form that the image is another by now: nobody is decided over unseen. */
export function Stale({ before, image, onTakeOver }: Props) {
  return (
    <div role="alert" className="reason" data-testid="stale">
      <Alert
        type="warning"
        header="The image has changed since you opened this"
        action={
          <Button formAction="none" onClick={onTakeOver} data-testid="take-over-new">
            Take over what is new
          </Button>
        }
      >
        {whatHappened(before, image)} What you typed is kept.
      </Alert>
    </div>
  );
}
