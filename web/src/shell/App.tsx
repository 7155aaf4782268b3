import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { QueryClientProvider } from '@tanstack/react-query';
import { ApiContext } from '../api/ApiContext';
import { SessionContext, useSession } from '../auth/SessionContext';
import { SignIn } from '../auth/SignIn';
import { AnnouncerProvider } from '../common/announcer';
import { Loading } from '../common/Loading';
import { ConfigContext } from '../config/ConfigContext';
import {
  UploadsContext,
  useLeaveWarning,
  useStayOnDrop,
  useUploads,
} from '../upload/UploadsContext';
import { ErrorBoundary } from './ErrorBoundary';
import { Frame } from './Frame';
import type { Parts } from './parts';

/** The whole console, of the parts that `makeParts` made. */
export function App({ parts }: { parts: Parts }) {
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <ConfigContext value={parts.config}>
        <SessionContext value={parts.session}>
          <QueryClientProvider client={parts.queries}>
            <ApiContext value={parts.api}>
              <UploadsContext value={parts.uploads}>
                <Files />
                <AnnouncerProvider>
                  <ErrorBoundary>
                    <Gate />
                  </ErrorBoundary>
                </AnnouncerProvider>
              </UploadsContext>
            </ApiContext>
          </QueryClientProvider>
        </SessionContext>
      </ConfigContext>
    </I18nProvider>
  );
}

/** Looks after files, also while the sign-in is shown: those of a session that ran out wait. */
function Files() {
  const { items } = useUploads();
  useLeaveWarning(items);
  useStayOnDrop();
  return null;
}

function Gate() {
  const { state } = useSession();
  if (state.kind === 'starting') return <Loading what="your session" />;
  if (state.kind === 'signed-out') {
    return <SignIn notice={state.notice} whose={state.whose} />;
  }
  return <Frame />;
}
