import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { Page } from '../common/Page';
import { AuthForm } from './AuthForm';
import { changePassword } from './account';
import { AuthenticatorApp } from './AuthenticatorApp';
import './auth.css';
import { Field } from './Field';
import { useIdentity } from './SessionContext';

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
            <AuthenticatorApp email={email} />
          </Container>
        </SpaceBetween>
      </div>
    </Page>
  );
}

function Password() {
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [repeated, setRepeated] = useState('');
  const [notice, setNotice] = useState<string | null>(null);
  return (
    <AuthForm
      submit="Change password"
      notice={notice}
      onSubmit={async () => {
        setNotice(null);
        if (next !== repeated) throw new Error('The two passwords differ.');
        await changePassword(old, next);
        setOld('');
        setNext('');
        setRepeated('');
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
      <Field
        label="New password again"
        name="new-password-again"
        type="password"
        autoComplete="new-password"
        value={repeated}
        onChange={setRepeated}
      />
    </AuthForm>
  );
}
