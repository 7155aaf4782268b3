import { Component, type ReactNode } from 'react';

interface Props {
  children: ReactNode;
  /** A change of it gives the children another chance: another page. */
  place?: string;
}

interface State {
  error: Error | null;
  place: string | undefined;
}

/** Shows a sentence in place of a page whose code failed. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.place === state.place ? null : { error: null, place: props.place };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    // After a deployment the files of the page that is open are no longer there.
    const isOld = /dynamically imported module|module script|preload CSS/i.test(error.message);
    return (
      <div className="page" role="alert" data-testid="broken">
        <h1>{isOld ? 'There is a newer version of this page' : 'This page is broken'}</h1>
        <p>
          {isOld
            ? 'Reload to get it. If it stays, check your connection.'
            : 'That is our fault. Reload the page; if it stays, tell an administrator what you did.'}
        </p>
        {!isOld && <p className="hint">{error.message}</p>}
        <button type="button" className="plain-button" onClick={() => window.location.reload()}>
          Reload
        </button>
      </div>
    );
  }
}
