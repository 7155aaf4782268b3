import { useState } from 'react';
import { AuthForm } from './AuthForm';
import { AuthPage } from './AuthPage';
import { BackToSignIn } from './BackToSignIn';
import { askForReset, confirmReset } from './cognito';
import { Field } from './Field';
import { SendAgain } from './SendAgain';

interface Props {
  email: string;
  setEmail: (email: string) => void;
  back: (notice: string | null) => void;
  required?: boolean;
}

/** A code by e-mail, then a new password. It says the same whether the account exists or not. */
export function ForgottenPassword({ email, setEmail, back, required = false }: Props) {
  const [sent, setSent] = useState(false);
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const links = <BackToSignIn back={back} />;
  if (!sent) {
    return (
      <AuthPage title={required ? 'Set your password anew' : 'Forgotten password'}>
        <AuthForm
          submit="Send me a code"
          links={links}
          onSubmit={async () => {
            await askForReset(email.trim());
            setSent(true);
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
        </AuthForm>
      </AuthPage>
    );
  }
  return (
    <AuthPage title="Set a new password">
      <AuthForm
        submit="Set password"
        links={
          <>
            <SendAgain send={() => askForReset(email.trim())} />
            {links}
          </>
        }
        notice={`If ${email} has an account, a code is on its way there.`}
        onSubmit={async () => {
          await confirmReset(email.trim(), code.trim(), password);
          back('Your password is set. Sign in with it.');
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
        <Field
          label="New password"
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
