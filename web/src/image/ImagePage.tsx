import Alert from '@cloudscape-design/components/alert';
import Tabs from '@cloudscape-design/components/tabs';
import { useCallback, useEffect, useRef } from 'react';
import type { Image } from '../api/types';
import { isIn } from '../auth/identity';
import { useIdentity } from '../auth/SessionContext';
import { useAnnounce } from '../common/announcer';
import { ErrorAlert } from '../common/ErrorAlert';
import { sentence, shortName } from '../common/format';
import { LinkButton } from '../common/LinkButton';
import { Loading } from '../common/Loading';
import { Page } from '../common/Page';
import { StatusBadge } from '../common/StatusBadge';
import { hasEnded, shownStatus } from '../common/status';
import { DeleteImage } from './DeleteImage';
import { Facts } from './Facts';
import { Findings } from './Findings';
import { History } from './History';
import { useNeighbours } from './neighbours';
import { SaveResult } from './SaveResult';
import { useHighlight } from './useHighlight';
import { isGone, useImage } from './useImage';
import { Viewer } from './Viewer';

/** Everything about one image. */
export default function ImagePage({ id }: { id: string }) {
  const image = useImage(id);
  const { refetch } = image;
  const reload = useCallback(() => void refetch(), [refetch]);
  if (isGone(image.error)) return <Gone wasShown={image.data !== undefined} />;
  if (image.data) {
    return <Shown image={image.data} isStale={image.isError} onBroken={reload} />;
  }
  return (
    <Page title="Image">
      {image.isPending ? (
        <Loading what="the image" />
      ) : (
        <>
          <ErrorAlert title="The image could not be loaded" error={image.error} onRetry={reload} />
          <ToTheStart />
        </>
      )}
    </Page>
  );
}

/** There is no such image, or no more. */
function Gone({ wasShown }: { wasShown: boolean }) {
  return (
    <Page title="Image">
      <div role="alert" className="reason" data-testid="error">
        <Alert type="info" header="This image is not there">
          {wasShown
            ? 'It has been deleted, or is no longer yours to see.'
            : 'There is no such image, it has been deleted, or it is not yours to see.'}
        </Alert>
      </div>
      <ToTheStart />
    </Page>
  );
}

function ToTheStart() {
  return (
    <p>
      <LinkButton href="/">Go to the start</LinkButton>
    </p>
  );
}

interface ShownProps {
  image: Image;
  /** The last look at it failed. */
  isStale: boolean;
  onBroken: () => void;
}

function Shown({ image, isStale, onBroken }: ShownProps) {
  const highlight = useHighlight(image);
  useStatusAnnounced(image);
  return (
    <Page
      title={shortName(image.name)}
      inFull={image.name}
      description={<StatusBadge status={image.status} />}
      actions={<Actions image={image} />}
    >
      {isStale && (
        <p className="bad" data-testid="stale">
          The image cannot be looked at anew at the moment. What you see may be out of date.
        </p>
      )}
      {image.reason && (
        <div className="reason" data-testid="reason">
          <Alert type={image.status === 'failed' ? 'error' : 'warning'}>
            {sentence(image.reason)}
          </Alert>
        </div>
      )}
      <div className="image-columns">
        <Viewer image={image} highlight={highlight} onBroken={onBroken} />
        <div className="panel">
          <Tabs
            ariaLabel="About this image"
            tabs={[
              {
                id: 'found',
                label: 'Found',
                content: <Findings image={image} highlight={highlight} />,
              },
              { id: 'properties', label: 'Facts', content: <Facts image={image} /> },
              { id: 'history', label: 'History', content: <History image={image} /> },
            ]}
          />
        </div>
      </div>
    </Page>
  );
}

function Actions({ image }: { image: Image }) {
  const identity = useIdentity();
  const { previous, next } = useNeighbours(image.id);
  const mayDelete = isIn(identity) || (isIn(identity, 'uploaders') && image.owner?.yours === true);
  const mayDecide =
    isIn(identity, 'reviewers') && (image.status === 'in_review' || image.reviews > 0);
  return (
    <>
      {previous && (
        <LinkButton
          href={`/images/${previous}`}
          iconName="angle-left"
          ariaLabel="Newer image"
          variant="normal"
        />
      )}
      {next && (
        <LinkButton
          href={`/images/${next}`}
          iconName="angle-right"
          ariaLabel="Older image"
          variant="normal"
        />
      )}
      {mayDecide && image.id && <LinkButton href={`/review/${image.id}`}>Review</LinkButton>}
      <Original link={image.links.original} />
      {image.id && hasEnded(image.status) && <SaveResult id={image.id} name={image.name} />}
      {mayDelete && <DeleteImage image={image} />}
    </>
  );
}

function Original({ link }: { link: string | null }) {
  if (!link) return null;
  return (
    <a
      className="download"
      href={link}
      target="_blank"
      rel="noopener noreferrer"
      download
      data-testid="download-original"
    >
      Original
    </a>
  );
}

/** Says to screen readers when an image that one looks at has got further. */
function useStatusAnnounced(image: Image): void {
  const announce = useAnnounce();
  const before = useRef(image.status);
  useEffect(() => {
    if (before.current === image.status) return;
    before.current = image.status;
    announce(`${shortName(image.name)}: ${shownStatus(image.status).label}`);
  }, [image.status, image.name, announce]);
}
