import Button from '@cloudscape-design/components/button';
import { Page } from '../common/Page';
import { useIdentity, useSession } from './SessionContext';

/** For people who are signed in, but may do nothing yet. */
export function NoGroup() {
  const { session } = useSession();
  const { email } = useIdentity();
  return (
    <Page title="You are in no group yet">
      <p>
        You are signed in as <strong>{email}</strong>, but nobody has said yet what you may do. Ask
        an administrator of Sightline to make you one of the uploaders, reviewers or admins. Then
        sign in again.
      </p>
      <p className="hint">
        Administrators do this with the command <code>sightline users groups</code>.
      </p>
      <Button onClick={() => void session.signOut()}>Sign out</Button>
    </Page>
  );
}
