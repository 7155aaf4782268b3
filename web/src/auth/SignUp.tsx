import { useState } from 'react';
import { AuthForm } from './AuthForm';
import { AuthPage } from './AuthPage';
import { BackToSignIn } from './BackToSignIn';
import { confirmAccount, createAccount, sendCodeAgain } from './cognito';
import { Field } from './Field';
import { SendAgain } from './SendAgain';

interface Props {
  email: string;
  setEmail: (email: string) => void;
  back: (notice: string | null) => void;
  unconfirmed?: boolean;
}

/** Only where the stage lets people make accounts themselves. */
export function SignUp({ email, setEmail, back, unconfirmed = false }: Props) {
  const [made, setMade] = useState(unconfirmed);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const links = <BackToSignIn back={back} />;
  if (!made) {
    return (
      <AuthPage title="Make an account">
        <AuthForm
          submit="Make an account"
          links={links}
          onSubmit={async () => {
            await createAccount(email.trim(), password);
            setMade(true);
          }}
        >
          <Field
            label="E-mail address"
            name="email"
            type="email"
            autoComplete="username"
            value={email}
            onChange={setEmail}
            autoFocus
          />
          <Field
            label="Password"
            name="new-password"
            type="password"
            autoComplete="new-password"
            value={password}
            onChange={setPassword}
          />
        </AuthForm>
      </AuthPage>
    );
  }
  return (
    <AuthPage title="Confirm your e-mail address">
      <AuthForm
        submit="Confirm"
        links={
          <>
            <SendAgain send={() => sendCodeAgain(email.trim())} />
            {links}
          </>
        }
        notice={
          unconfirmed
            ? `${email} is not confirmed yet. Type the code of the e-mail, or have another one sent.`
            : `A code is on its way to ${email}.`
        }
        onSubmit={async () => {
          await confirmAccount(email.trim(), code.trim());
          back('Your account is confirmed. Sign in; an administrator decides what you may do.');
        }}
      >
        <Field
          label="Code from the e-mail"
          name="code"
          autoComplete="one-time-code"
          value={code}
          onChange={setCode}
          autoFocus
        />
      </AuthForm>
    </AuthPage>
  );
}
