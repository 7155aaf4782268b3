import { sentenceOf } from '../api/problem';

interface Props {
  error: unknown;
  /** Gives the session of this tab up; not there while it is not known where people sign in. */
  onSignIn?: (() => void) | undefined;
}

/** In place of everything: the console does not know which stage it belongs to, or cannot reach it. */
export function CannotStart({ error, onSignIn }: Props) {
  return (
    <main className="page" data-testid="cannot-start">
      <h1>Sightline cannot start</h1>
      <p role="alert">{sentenceOf(error)}</p>
      <button type="button" className="plain-button" onClick={() => window.location.reload()}>
        Try again
      </button>
      {onSignIn && (
        <p>
          <button type="button" className="text-button" onClick={onSignIn}>
            Sign in anew
          </button>
        </p>
      )}
    </main>
  );
}
