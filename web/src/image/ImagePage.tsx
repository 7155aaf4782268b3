import Alert from '@cloudscape-design/components/alert';
import Tabs from '@cloudscape-design/components/tabs';
import { useCallback, useEffect, useRef } from 'react';
import type { Image } from '../api/types';
import { isIn } from '../auth/identity';
import { useIdentity } from '../auth/SessionContext';
import { useAnnounce } from '../common/announcer';
import { ErrorAlert } from '../common/ErrorAlert';
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
import { useHighlight } from './useHighlight';
import { useImage } from './useImage';
import { Viewer } from './Viewer';

/** Everything about one image. */
export default function ImagePage({ id }: { id: string }) {
  const image = useImage(id);
  const { refetch } = image;
  const reload = useCallback(() => void refetch(), [refetch]);
  if (image.data) return <Shown image={image.data} onBroken={reload} />;
  return (
    <Page title="Image">
      {image.isPending ? (
        <Loading what="the image" />
      ) : (
        <>
          <ErrorAlert title="The image could not be loaded" error={image.error} onRetry={reload} />
          <p>
            <LinkButton href="/">Go to the start</LinkButton>
          </p>
        </>
      )}
    </Page>
  );
}

function Shown({ image, onBroken }: { image: Image; onBroken: () => void }) {
  const highlight = useHighlight(image);
  useStatusAnnounced(image);
  return (
    <Page
      title={image.name}
      description={<StatusBadge status={image.status} />}
      actions={<Actions image={image} />}
    >
      {image.reason && (
        <div className="reason" data-testid="reason">
          <Alert type={image.status === 'failed' ? 'error' : 'warning'}>{image.reason}</Alert>
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
              { id: 'properties', label: 'Properties', content: <Facts image={image} /> },
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
      <Download link={image.links.original} label="Original" />
      <Download link={image.links.result} label="Full result (JSON)" />
      {mayDelete && hasEnded(image.status) && <DeleteImage image={image} />}
    </>
  );
}

function Download({ link, label }: { link: string | null; label: string }) {
  if (!link) return null;
  return (
    <a
      className="download"
      href={link}
      target="_blank"
      rel="noopener noreferrer"
      download
      data-testid={label === 'Original' ? 'download-original' : 'download-json'}
    >
      {label}
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
    announce(`${image.name}: ${shownStatus(image.status).label}`);
  }, [image.status, image.name, announce]);
}
