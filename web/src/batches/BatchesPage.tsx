import { useCollection } from '@cloudscape-design/collection-hooks';
import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { useApi } from '../api/ApiContext';
import type { Batch } from '../api/types';
import { Empty } from '../common/Empty';
import { ErrorAlert } from '../common/ErrorAlert';
import { formatTime } from '../common/format';
import { Loading } from '../common/Loading';
import { Page } from '../common/Page';
import { NewBatch } from './NewBatch';
import { shownState } from './states';

const LOOK_EVERY = 5_000;

const COLUMNS: TableProps.ColumnDefinition<Batch>[] = [
  {
    id: 'name',
    minWidth: 140,
    header: 'Batch',
    isRowHeader: true,
    sortingField: 'name',
    cell: ({ id, name }) => <Link href={`/batches/${id}`}>{name || id}</Link>,
  },
  {
    id: 'state',
    minWidth: 190,
    header: 'State',
    sortingField: 'state',
    cell: ({ state }) => (
      <StatusIndicator type={shownState(state).type}>{shownState(state).label}</StatusIndicator>
    ),
  },
  {
    id: 'images',
    header: 'Images',
    sortingField: 'images',
    cell: ({ images }) => images.toLocaleString('en'),
  },
  { id: 'where', header: 'Where', cell: ({ bucket, prefix }) => `${bucket}/${prefix}` },
  {
    id: 'created',
    header: 'Made',
    sortingField: 'created_at',
    cell: ({ created_at }) => formatTime(created_at),
  },
  { id: 'by', header: 'By', sortingField: 'created_by', cell: ({ created_by }) => created_by },
];

/** Large sets of images that already lie in a bucket, for admins. */
export default function BatchesPage() {
  const api = useApi();
  const [making, setMaking] = useState(false);
  const batches = useQuery({
    queryKey: ['batches'],
    queryFn: ({ signal }) => api.batches(signal),
    refetchInterval: LOOK_EVERY,
  });
  const { items, collectionProps } = useCollection(batches.data?.items ?? [], { sorting: {} });
  return (
    <Page
      title="Batches"
      description="Images that already lie in a bucket: they are listed, you see the cost, and you start."
      actions={
        <Button variant="primary" onClick={() => setMaking(true)} data-testid="new-batch">
          New batch
        </Button>
      }
    >
      {making && <NewBatch onClose={() => setMaking(false)} />}
      {batches.isPending && <Loading what="batches" />}
      {batches.isError && (
        <ErrorAlert
          title="The batches could not be loaded"
          error={batches.error}
          onRetry={() => void batches.refetch()}
        />
      )}
      {batches.isSuccess && items.length === 0 && (
        <Empty title="There are no batches yet">
          <p>
            Make one for the images under a prefix of a bucket. Nothing is paid before you start it.
          </p>
        </Empty>
      )}
      {items.length > 0 && (
        <Table
          {...collectionProps}
          data-testid="batches"
          items={items}
          columnDefinitions={COLUMNS}
          trackBy="id"
          variant="container"
          ariaLabels={{ tableLabel: 'Batches' }}
        />
      )}
    </Page>
  );
}
