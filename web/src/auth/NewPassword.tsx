import { type ReactNode, useState } from 'react';
import { AuthForm } from './AuthForm';
import { AuthPage } from './AuthPage';
import { Field } from './Field';

interface Props {
  answer: (password: string) => Promise<void>;
  links: ReactNode;
}

/** The first sign-in of an account that an administrator made. */
export function NewPassword({ answer, links }: Props) {
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  return (
    <AuthPage title="Choose a password">
      <p>This is your first sign-in. Choose a password that only you know.</p>
      <AuthForm
        submit="Set password and sign in"
        links={links}
        onSubmit={async () => {
          if (password !== repeated) throw new Error('The two passwords differ.');
          await answer(password);
        }}
      >
        <Field
          label="New password"
          name="new-password"
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
          autoFocus
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
    </AuthPage>
  );
}
