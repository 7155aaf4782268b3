import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { Empty } from '../common/Empty';
import { ErrorAlert } from '../common/ErrorAlert';
import { LinkButton } from '../common/LinkButton';
import { Loading } from '../common/Loading';
import { Page } from '../common/Page';
import { BulkApprove } from './BulkApprove';
import { nextOf } from './order';
import { ReviewRow } from './ReviewRow';
import { UndoLast } from './UndoLast';
import { useReviews } from './useReviews';
import { useWork } from './useWork';
import './review.css';

/** What waits for a person, oldest first. */
export default function ReviewPage() {
  const { pages, items, waiting } = useReviews('list');
  const [work] = useWork();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const next = nextOf(items, work, null);
  const toggle = (id: string, on: boolean) =>
    setSelected((before) => {
      const after = new Set(before);
      if (on) after.add(id);
      else after.delete(id);
      return after;
    });
  const free = items.flatMap((item) =>
    item.id && (!item.claim || item.claim.yours) ? [item.id] : [],
  );
  const chosen = free.filter((id) => selected.has(id));
  return (
    <Page
      title="Review"
      description={<span data-testid="waiting">{waiting} waiting</span>}
      actions={
        next && (
          <LinkButton href={`/review/${next}`} variant="primary" data-testid="start-review">
            Start with the oldest
          </LinkButton>
        )
      }
    >
      <UndoLast />
      {pages.isPending && <Loading what="the queue" />}
      {pages.isError && items.length === 0 && (
        <ErrorAlert
          title="The queue could not be loaded"
          error={pages.error}
          onRetry={() => void pages.refetch()}
        />
      )}
      {pages.isError && items.length > 0 && (
        <p className="bad">
          The queue cannot be looked at anew at the moment. This is tried again by itself.
        </p>
      )}
      {pages.isSuccess && items.length === 0 && (
        <Empty title="Nothing waits for you">
          <p>Images that need a person's eye appear here by themselves.</p>
        </Empty>
      )}
      <BulkApprove chosen={chosen} items={items} onFinished={() => setSelected(new Set())}>
        {free.length > 0 && (
          <label className="toggle">
            <input
              type="checkbox"
              checked={chosen.length === free.length}
              onChange={(event) => setSelected(new Set(event.target.checked ? free : []))}
              data-testid="select-all"
            />
            Select all {free.length}
          </label>
        )}
      </BulkApprove>
      <ul className="review-list" data-testid="review-list">
        {items.map((image) => (
          <ReviewRow
            key={image.id}
            image={image}
            selected={selected.has(image.id ?? '')}
            onSelect={toggle}
          />
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          Load more
        </Button>
      )}
    </Page>
  );
}
