import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { sentenceOf } from '../api/problem';
import { sentence } from './format';

interface Props {
  /** What was tried, as a heading: `The images could not be loaded`. */
  title: string;
  error: unknown;
  onRetry?: (() => void) | undefined;
}

/** An error as a sentence that says what to do, with a way to try again. */
export function ErrorAlert({ title, error, onRetry }: Props) {
  return (
    <div role="alert" data-testid="error">
      <Alert
        type="error"
        header={title}
        action={onRetry && <Button onClick={onRetry}>Try again</Button>}
        i18nStrings={{ errorIconAriaLabel: 'Error' }}
      >
        {sentence(sentenceOf(error))}
      </Alert>
    </div>
  );
}
