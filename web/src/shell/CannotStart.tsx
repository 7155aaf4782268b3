import { sentenceOf } from '../api/problem';

/** In place of everything: the console does not know which stage it belongs to, or cannot reach it. */
export function CannotStart({ error }: { error: unknown }) {
  return (
    <main className="page" data-testid="cannot-start">
      <h1>Sightline cannot start</h1>
      <p role="alert">{sentenceOf(error)}</p>
      <button type="button" className="plain-button" onClick={() => window.location.reload()}>
        Try again
      </button>
    </main>
  );
}
