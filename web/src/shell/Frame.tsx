import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import type { Group } from '../auth/identity';
import { isIn } from '../auth/identity';
import { NoGroup } from '../auth/NoGroup';
import { useIdentity } from '../auth/SessionContext';
import { Loading } from '../common/Loading';
import { ErrorBoundary } from './ErrorBoundary';
import { Header } from './Header';
import { NotFound } from './NotFound';
import { OfflineLine } from './OfflineLine';
import { placesOf } from './routes';

const GalleryPage = lazy(() => import('../gallery/GalleryPage'));
const UploadPage = lazy(() => import('../upload/UploadPage'));
const ImagePage = lazy(() => import('../image/ImagePage'));
const ReviewPage = lazy(() => import('../review/ReviewPage'));
const ReviewImagePage = lazy(() => import('../review/ReviewImagePage'));
const DashboardPage = lazy(() => import('../dashboard/DashboardPage'));
const BatchesPage = lazy(() => import('../batches/BatchesPage'));
const BatchPage = lazy(() => import('../batches/BatchPage'));
const AccountPage = lazy(() => import('../auth/AccountPage'));

/** What signed-in people see around each page. */
export function Frame() {
  const [path] = useLocation();
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <OfflineLine />
        <ErrorBoundary place={path}>
          <Suspense fallback={<Loading what="the page" />}>
            <Pages />
          </Suspense>
        </ErrorBoundary>
      </main>
    </>
  );
}

function Pages() {
  const identity = useIdentity();
  const first = placesOf(identity)[0];
  const may = (...groups: Group[]) => isIn(identity, ...groups);
  if (!first) {
    return (
      <Switch>
        <Route path="/account" component={AccountPage} />
        <Route component={NoGroup} />
      </Switch>
    );
  }
  return (
    <Switch>
      <Route path="/">
        <Redirect to={first.href} replace />
      </Route>
      {may('uploaders') && <Route path="/gallery" component={GalleryPage} />}
      {may('uploaders') && <Route path="/upload" component={UploadPage} />}
      <Route path="/images/:id">{({ id }) => <ImagePage key={id} id={id} />}</Route>
      {may('reviewers') && <Route path="/review" component={ReviewPage} />}
      {may('reviewers') && (
        <Route path="/review/:id">{({ id }) => <ReviewImagePage key={id} id={id} />}</Route>
      )}
      {may() && <Route path="/dashboard" component={DashboardPage} />}
      {may() && <Route path="/batches" component={BatchesPage} />}
      {may() && <Route path="/batches/:id">{({ id }) => <BatchPage id={id} />}</Route>}
      <Route path="/account" component={AccountPage} />
      <Route component={NotFound} />
    </Switch>
  );
}
