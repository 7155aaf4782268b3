import { type ReactNode, useState } from 'react';
import { AuthForm } from './AuthForm';
import { Field } from './Field';
import { QrCode } from './QrCode';

interface Props {
  secret: string;
  uri: string;
  onCode: (code: string) => Promise<void>;
  /** The way out. */
  links: ReactNode;
}

/** Takes an authenticator app into use: scan, then prove it by a code. */
export function SetUpApp({ secret, uri, onCode, links }: Props) {
  const [code, setCode] = useState('');
  return (
    <AuthForm submit="Confirm" links={links} onSubmit={() => onCode(code.replaceAll(' ', ''))}>
      <p>Scan this with an authenticator app on your phone, or type the key into it.</p>
      <QrCode text={uri} label="QR code of the key below" />
      <p>
        Key:{' '}
        <span className="secret" data-testid="totp-secret">
          {secret}
        </span>
      </p>
      <Field
        label="Code that the app shows"
        name="code"
        autoComplete="one-time-code"
        value={code}
        onChange={setCode}
      />
    </AuthForm>
  );
}
