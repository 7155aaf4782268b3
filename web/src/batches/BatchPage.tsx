import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../api/ApiContext';
import type { Batch } from '../api/types';
import { ErrorAlert } from '../common/ErrorAlert';
import { formatBytes, formatTime, sentence } from '../common/format';
import { LinkButton } from '../common/LinkButton';
import { Loading } from '../common/Loading';
import { Page } from '../common/Page';
import { BatchReport } from './BatchReport';
import { ConfirmDialog } from './ConfirmDialog';
import {
  costSentence,
  hasReport,
  isOver,
  mayCancel,
  mayStart,
  percentOf,
  shownState,
} from './states';

const LOOK_EVERY = 3_000;

/** One batch: its cost, then its progress, then its report. */
export default function BatchPage({ id }: { id: string }) {
  const api = useApi();
  const batch = useQuery({
    queryKey: ['batch', id],
    queryFn: ({ signal }) => api.batch(id, signal),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : LOOK_EVERY),
  });
  if (batch.data) return <Shown batch={batch.data} />;
  return (
    <Page title="Batch">
      {batch.isPending ? (
        <Loading what="the batch" />
      ) : (
        <ErrorAlert
          title="The batch could not be loaded"
          error={batch.error}
          onRetry={() => void batch.refetch()}
        />
      )}
    </Page>
  );
}

function Shown({ batch }: { batch: Batch }) {
  const api = useApi();
  const client = useQueryClient();
  const [asked, setAsked] = useState<'start' | 'cancel' | null>(null);
  const act = useMutation({
    mutationFn: (what: 'start' | 'cancel') =>
      what === 'start' ? api.startBatch(batch.id) : api.cancelBatch(batch.id),
    onSuccess: (changed) => {
      client.setQueryData(['batch', batch.id], changed);
      void client.invalidateQueries({ queryKey: ['batches'] });
    },
    onSettled: () => setAsked(null),
  });
  const { label, type } = shownState(batch.state);
  return (
    <Page
      title={batch.name || batch.id}
      description={
        <span data-testid="batch-state">
          <StatusIndicator type={type}>{label}</StatusIndicator>
        </span>
      }
      actions={
        <>
          <LinkButton href="/batches">All batches</LinkButton>
          {mayCancel(batch) && (
            <Button onClick={() => setAsked('cancel')} data-testid="batch-cancel">
              Cancel batch
            </Button>
          )}
          {mayStart(batch) && (
            <Button variant="primary" onClick={() => setAsked('start')} data-testid="batch-start">
              Start
            </Button>
          )}
        </>
      }
    >
      <SpaceBetween size="l">
        {act.isError && <ErrorAlert title="That did not work" error={act.error} />}
        {batch.reason && (
          <Alert type={batch.state === 'failed' ? 'error' : 'info'}>{sentence(batch.reason)}</Alert>
        )}
        {mayStart(batch) && (
          <Alert type="info" header="What it costs">
            <span data-testid="batch-cost">{costSentence(batch)}</span> Nothing is paid before you
            start.
          </Alert>
        )}
        {batch.state === 'running' && (
          <ProgressBar
            value={percentOf(batch)}
            label="Progress"
            description={`${batch.fed.toLocaleString('en')} of ${batch.images.toLocaleString('en')} images sent, ${(batch.ended ?? 0).toLocaleString('en')} finished`}
          />
        )}
        <Container header={<h2>About this batch</h2>}>
          <KeyValuePairs
            columns={3}
            items={[
              { label: 'Bucket', value: batch.bucket },
              { label: 'Prefix', value: batch.prefix || '(all)' },
              {
                label: 'Images',
                value: `${batch.images.toLocaleString('en')} (${formatBytes(batch.bytes)})`,
              },
              { label: 'Sent', value: batch.fed.toLocaleString('en') },
              { label: 'Finished', value: batch.ended?.toLocaleString('en') ?? 'not counted yet' },
              { label: 'Analysed anew', value: batch.again ? 'yes' : 'no' },
              { label: 'Made', value: `${formatTime(batch.created_at)} by ${batch.created_by}` },
              { label: 'Started', value: formatTime(batch.started_at) },
              { label: 'Closed', value: formatTime(batch.closed_at) },
            ]}
          />
        </Container>
        {hasReport(batch) && <BatchReport id={batch.id} />}
      </SpaceBetween>
      {asked && (
        <ConfirmDialog
          title={asked === 'start' ? 'Start this batch?' : 'Cancel this batch?'}
          confirm={asked === 'start' ? 'Start' : 'Cancel batch'}
          busy={act.isPending}
          onConfirm={() => act.mutate(asked)}
          onClose={() => setAsked(null)}
        >
          {asked === 'start'
            ? costSentence(batch)
            : 'Images that were not sent yet are left out. What has been sent is still analysed, and paid.'}
        </ConfirmDialog>
      )}
    </Page>
  );
}
