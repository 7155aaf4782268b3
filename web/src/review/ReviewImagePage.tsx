import { useCallback } from 'react';
import { Empty } from '../common/Empty';
import { ErrorAlert } from '../common/ErrorAlert';
import { LinkButton } from '../common/LinkButton';
import { Loading } from '../common/Loading';
import { Page } from '../common/Page';
import { isGone, useImage } from '../image/useImage';
import { Decide } from './Decide';
import { UndoLast } from './UndoLast';
import './review.css';

/** One image of the review, claimed while it is open. */
export default function ReviewImagePage({ id }: { id: string }) {
  const image = useImage(id);
  const { refetch } = image;
  const reload = useCallback(() => void refetch(), [refetch]);
  // Before what is known of it: an image may be deleted while it is shown.
  const gone = isGone(image.error);
  if (image.data && !gone) {
    return <Decide image={image.data} reload={reload} isOld={image.isError} />;
  }
  return (
    <Page title="Review">
      <UndoLast />
      {image.isPending && <Loading what="the image" />}
      {gone && (
        <Empty title="This image is not there">
          <p>It was deleted, or it is not for review.</p>
        </Empty>
      )}
      {image.isError && !gone && (
        <ErrorAlert title="The image could not be loaded" error={image.error} onRetry={reload} />
      )}
      {image.isError && (
        <p>
          <LinkButton href="/review">Back to the queue</LinkButton>
        </p>
      )}
    </Page>
  );
}
