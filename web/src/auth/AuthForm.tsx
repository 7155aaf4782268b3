import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { type ReactNode, useState } from 'react';
import { signInSentence } from './sentences';

interface Props {
  submit: string;
  onSubmit: () => Promise<void>;
  notice?: string | null | undefined;
  links?: ReactNode;
  children: ReactNode;
}

/** A form of the sign-in: one thing at a time, and a sentence when it is refused. */
export function AuthForm({ submit, onSubmit, notice, links, children }: Props) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async () => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await onSubmit();
    } catch (error) {
      setProblem(signInSentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="auth-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div role="alert" data-testid="sign-in-error">
        {problem && (
          <Alert type="error" i18nStrings={{ errorIconAriaLabel: 'Error' }}>
            {problem}
          </Alert>
        )}
      </div>
      {notice && !problem && (
        <div role="status" data-testid="sign-in-notice">
          <Alert type="info" i18nStrings={{ infoIconAriaLabel: 'Note' }}>
            {notice}
          </Alert>
        </div>
      )}
      {children}
      <Button
        variant="primary"
        formAction="submit"
        loading={busy}
        loadingText="One moment"
        fullWidth
      >
        {submit}
      </Button>
      {links && <div className="auth-links">{links}</div>}
    </form>
  );
}
