import { lazy, type ReactNode, Suspense, useState } from 'react';
import { formatCount } from '../common/format';
import { Loading } from '../common/Loading';
import { useConfig } from '../config/ConfigContext';
import { totalsOf } from '../upload/item';
import { useUploads } from '../upload/UploadsContext';
import { AuthForm } from './AuthForm';
import { AuthPage } from './AuthPage';
import { BackToSignIn } from './BackToSignIn';
import { answerStep, type Step, startSignIn } from './cognito';
import { Field } from './Field';
import { useSession } from './SessionContext';

// Most people need none of these to sign in.
const SetUpApp = lazy(() => import('./SetUpApp').then((m) => ({ default: m.SetUpApp })));
const NewPassword = lazy(() => import('./NewPassword').then((m) => ({ default: m.NewPassword })));
const ForgottenPassword = lazy(() =>
  import('./ForgottenPassword').then((m) => ({ default: m.ForgottenPassword })),
);
const SignUp = lazy(() => import('./SignUp').then((m) => ({ default: m.SignUp })));

type Screen = { kind: 'password' } | { kind: 'forgotten' } | { kind: 'sign-up' } | Step;

/** Everything between nobody and somebody; it stands at any address, which is kept. */
export function SignIn({ notice, whose }: { notice: string | null; whose: string | null }) {
  const { session } = useSession();
  const { items } = useUploads();
  const [screen, setScreen] = useState<Screen>({ kind: 'password' });
  const [email, setEmail] = useState('');
  const [said, setSaid] = useState(notice);
  const { running } = totalsOf(items);
  const waiting =
    whose && running > 0
      ? `${formatCount(running, 'image waits', 'images wait')} to be sent: sign in as ${whose}, and ` +
        'they go on. Do not close this tab.'
      : null;

  const go = async (step: Step) => {
    setSaid(null);
    if (step.kind === 'signed-in') await session.begin();
    else setScreen(step);
  };
  const back = (sentence: string | null) => {
    setSaid(sentence);
    setScreen({ kind: 'password' });
  };
  const answer = async (value: string) => go(await answerStep(value, email));
  const account = { email, setEmail, back };
  const links = <BackToSignIn back={back} />;

  return (
    <Suspense fallback={<Loading what="the form" />}>
      {screen.kind === 'password' && (
        <Password
          email={email}
          setEmail={setEmail}
          notice={[said, waiting].filter(Boolean).join(' ') || null}
          go={go}
          forgotten={() => setScreen({ kind: 'forgotten' })}
          signUp={() => setScreen({ kind: 'sign-up' })}
        />
      )}
      {screen.kind === 'new-password' && <NewPassword answer={answer} links={links} />}
      {screen.kind === 'code' && <Code answer={answer} links={links} />}
      {screen.kind === 'set-up-app' && (
        <AuthPage title="Set up your authenticator app">
          <SetUpApp secret={screen.secret} uri={screen.uri} onCode={answer} links={links} />
        </AuthPage>
      )}
      {screen.kind === 'forgotten' && <ForgottenPassword {...account} />}
      {screen.kind === 'reset-password' && <ForgottenPassword {...account} required />}
      {screen.kind === 'sign-up' && <SignUp {...account} />}
      {screen.kind === 'confirm-account' && <SignUp {...account} unconfirmed />}
    </Suspense>
  );
}

interface PasswordProps {
  email: string;
  setEmail: (email: string) => void;
  notice: string | null;
  go: (step: Step) => Promise<void>;
  forgotten: () => void;
  signUp: () => void;
}

function Password({ email, setEmail, notice, go, forgotten, signUp }: PasswordProps) {
  const { selfSignUp } = useConfig();
  const [password, setPassword] = useState('');
  const links = (
    <>
      <button type="button" className="text-button" onClick={forgotten}>
        Forgotten your password?
      </button>
      {selfSignUp && (
        <button type="button" className="text-button" onClick={signUp}>
          Make an account
        </button>
      )}
    </>
  );
  return (
    <AuthPage title="Sign in">
      <AuthForm
        submit="Sign in"
        notice={notice}
        links={links}
        onSubmit={async () => {
          if (!email.trim() || !password) throw new Error('Type your e-mail address and password.');
          await go(await startSignIn(email.trim(), password));
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
          name="password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
        />
      </AuthForm>
    </AuthPage>
  );
}

interface CodeProps {
  answer: (code: string) => Promise<void>;
  links: ReactNode;
}

function Code({ answer, links }: CodeProps) {
  const [code, setCode] = useState('');
  return (
    <AuthPage title="Type your code">
      <AuthForm submit="Go on" links={links} onSubmit={() => answer(code.replaceAll(' ', ''))}>
        <Field
          label="Code of your authenticator app"
          hint="Six digits; a new one comes every 30 seconds."
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
