import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ErrorAlert } from '../common/ErrorAlert';
import { Loading } from '../common/Loading';
import { AuthForm } from './AuthForm';
import { beginApp, finishApp, hasApp, removeApp } from './account';
import { Field } from './Field';
import { SetUpApp } from './SetUpApp';
import { signInSentence } from './sentences';

type Doing = { kind: 'set-up'; secret: string; uri: string } | { kind: 'remove' };

const KEY = ['account', 'app'];

/** Sets up the second factor of one's own account, or takes it away. */
export function AuthenticatorApp({ email }: { email: string }) {
  const client = useQueryClient();
  const app = useQuery({ queryKey: KEY, queryFn: hasApp });
  const [doing, setDoing] = useState<Doing | null>(null);
  const done = async () => {
    setDoing(null);
    await client.invalidateQueries({ queryKey: KEY });
  };
  const cancel = (
    <button type="button" className="text-button" onClick={() => setDoing(null)}>
      Cancel
    </button>
  );
  if (doing?.kind === 'set-up') {
    const finish = async (code: string) => {
      await finishApp(code);
      await done();
    };
    return <SetUpApp {...doing} onCode={finish} links={cancel} />;
  }
  if (doing?.kind === 'remove') {
    const remove = async (password: string) => {
      await removeApp(password);
      await done();
    };
    return <Removal remove={remove} cancel={cancel} />;
  }
  if (app.isPending) return <Loading what="your account" />;
  if (app.isError) {
    return (
      <ErrorAlert
        title="Whether you have an app could not be asked"
        error={new Error(signInSentence(app.error))}
        onRetry={() => void app.refetch()}
      />
    );
  }
  return app.data ? (
    <SpaceBetween size="m">
      <p>Sign-in asks for a code of your authenticator app.</p>
      <Button onClick={() => setDoing({ kind: 'remove' })}>Remove the app</Button>
    </SpaceBetween>
  ) : (
    <AuthForm
      submit="Set up an authenticator app"
      onSubmit={async () => setDoing({ kind: 'set-up', ...(await beginApp(email)) })}
    >
      <p>With an authenticator app, your password alone is not enough to sign in.</p>
    </AuthForm>
  );
}

interface RemovalProps {
  remove: (password: string) => Promise<void>;
  cancel: ReactNode;
}

function Removal({ remove, cancel }: RemovalProps) {
  const [password, setPassword] = useState('');
  return (
    <AuthForm submit="Remove the app" links={cancel} onSubmit={() => remove(password)}>
      <p>Your password alone is enough to sign in then.</p>
      <Field
        label="Your password"
        name="confirm-password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        autoFocus
      />
    </AuthForm>
  );
}
