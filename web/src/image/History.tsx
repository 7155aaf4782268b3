import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/ApiContext';
import type { Entry, Image } from '../api/types';
import { ErrorAlert } from '../common/ErrorAlert';
import { formatTime } from '../common/format';
import { Loading } from '../common/Loading';
import { eventName } from '../common/status';
import { changesOf, pastOf } from './changes';

/** What the pipeline did with an image, and what people decided. */
export function History({ image }: { image: Image }) {
  return (
    <>
      <h2>Analysis</h2>
      {image.events.length === 0 && <p className="hint">Nothing has happened yet.</p>}
      <ol className="events" data-testid="events">
        {image.events.map(({ status, at }) => (
          <li key={`${status} ${at}`}>
            <span>{eventName(status)}</span> <time dateTime={at}>{formatTime(at)}</time>
          </li>
        ))}
      </ol>
      <h2>Decisions</h2>
      {image.id && image.reviews > 0 ? (
        <Decisions id={image.id} reviews={image.reviews} />
      ) : (
        <p className="hint">Nobody has decided on this image.</p>
      )}
    </>
  );
}

function Decisions({ id, reviews }: { id: string; reviews: number }) {
  const api = useApi();
  const history = useQuery({
    queryKey: ['history', id, reviews],
    queryFn: ({ signal }) => api.history(id, signal),
  });
  if (history.isPending) return <Loading what="decisions" />;
  if (history.isError) {
    return (
      <ErrorAlert
        title="The decisions could not be loaded"
        error={history.error}
        onRetry={() => void history.refetch()}
      />
    );
  }
  return (
    <ol className="events" data-testid="decisions">
      {history.data.items.map((entry) => (
        <EntryItem key={entry.number} entry={entry} />
      ))}
    </ol>
  );
}

function EntryItem({ entry }: { entry: Entry }) {
  return (
    <li>
      <strong>{pastOf(entry.decision)}</strong> by {entry.by},{' '}
      <time dateTime={entry.at}>{formatTime(entry.at)}</time>
      {entry.comment && <p>“{entry.comment}”</p>}
      <ul>
        {changesOf(entry).map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
    </li>
  );
}
