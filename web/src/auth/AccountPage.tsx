import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorAlert } from '../common/ErrorAlert';
import { Page } from '../common/Page';
import { AuthForm } from './AuthForm';
import { beginApp, changePassword, finishApp, hasApp, removeApp } from './account';
import './auth.css';
import { Field } from './Field';
import { useIdentity } from './SessionContext';
import { SetUpApp } from './SetUpApp';

/** One's own account: password and second factor. */
export default function AccountPage() {
  const { email, groups } = useIdentity();
  return (
    <Page
      title="Your account"
      description={`${email}, one of the ${groups.join(' and ') || 'people without a group'}`}
    >
      <div className="narrow">
        <SpaceBetween size="l">
          <Container header={<h2>Password</h2>}>
            <Password />
          </Container>
          <Container header={<h2>Authenticator app</h2>}>
            <App email={email} />
          </Container>
        </SpaceBetween>
      </div>
    </Page>
  );
}

function Password() {
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [notice, setNotice] = useState<string | null>(null);
  return (
    <AuthForm
      submit="Change password"
      notice={notice}
      onSubmit={async () => {
        setNotice(null);
        await changePassword(old, next);
        setOld('');
        setNext('');
        setNotice('Your password is changed.');
      }}
    >
      <Field
        label="Password now"
        name="password"
        type="password"
        autoComplete="current-password"
        value={old}
        onChange={setOld}
      />
      <Field
        label="New password"
        name="new-password"
        type="password"
        autoComplete="new-password"
        value={next}
        onChange={setNext}
      />
    </AuthForm>
  );
}

function App({ email }: { email: string }) {
  const client = useQueryClient();
  const app = useQuery({ queryKey: ['account', 'app'], queryFn: hasApp });
  const [details, setDetails] = useState<{ secret: string; uri: string } | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const attempt = async (work: () => Promise<void>) => {
    setProblem(null);
    try {
      await work();
      await client.invalidateQueries({ queryKey: ['account', 'app'] });
    } catch (error) {
      setProblem(error);
    }
  };
  if (details) {
    return (
      <SetUpApp
        {...details}
        onCode={async (code) => {
          await finishApp(code);
          setDetails(null);
          await client.invalidateQueries({ queryKey: ['account', 'app'] });
        }}
      />
    );
  }
  return (
    <SpaceBetween size="m">
      {problem !== null && <ErrorAlert title="That did not work" error={problem} />}
      <p>
        {app.data
          ? 'Sign-in asks for a code of your authenticator app.'
          : 'With an authenticator app, your password alone is not enough to sign in.'}
      </p>
      {app.data ? (
        <Button onClick={() => void attempt(removeApp)}>Remove the app</Button>
      ) : (
        <Button onClick={() => void attempt(async () => setDetails(await beginApp(email)))}>
          Set up an authenticator app
        </Button>
      )}
    </SpaceBetween>
  );
}
