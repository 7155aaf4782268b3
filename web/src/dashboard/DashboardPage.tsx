import BarChart from '@cloudscape-design/components/bar-chart';
import Container from '@cloudscape-design/components/container';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../api/ApiContext';
import type { Stats } from '../api/types';
import { ErrorAlert } from '../common/ErrorAlert';
import { formatCount, formatMoney, formatTime } from '../common/format';
import { Loading } from '../common/Loading';
import { Page } from '../common/Page';
import { StatusBadge } from '../common/StatusBadge';
import { atLeast, dayName, daySummary, known } from './figures';
import './dashboard.css';

const LOOK_EVERY = 30_000;

/** The state of the whole system, for admins. */
export default function DashboardPage() {
  const api = useApi();
  const [days, setDays] = useState(14);
  const stats = useQuery({
    queryKey: ['stats', days],
    queryFn: ({ signal }) => api.stats(days, signal),
    refetchInterval: LOOK_EVERY,
    placeholderData: (before) => before,
  });
  return (
    <Page
      title="Dashboard"
      description={stats.data && `As of ${formatTime(stats.data.at)}`}
      actions={
        <label className="field">
          <span className="only-read-aloud">Days</span>
          <select value={days} onChange={(event) => setDays(Number(event.target.value))}>
            <option value={7}>7 days</option>
            <option value={14}>14 days</option>
            <option value={31}>31 days</option>
          </select>
        </label>
      }
    >
      {stats.isPending && <Loading what="the figures" />}
      {stats.isError && (
        <div className="reason">
          <ErrorAlert
            title="The figures could not be loaded"
            error={stats.error}
            onRetry={() => void stats.refetch()}
          />
        </div>
      )}
      {stats.data && <Figures stats={stats.data} />}
    </Page>
  );
}

function Figures({ stats }: { stats: Stats }) {
  return (
    <div className="tiles" data-testid="stats">
      <div className="tile-wide">
        <Container header={<h2>Images per day</h2>}>
          <Days stats={stats} />
        </Container>
      </div>
      <Container header={<h2>Status</h2>}>
        <dl className="figures" data-testid="statuses">
          {stats.statuses.map(({ status, images, complete }) => (
            <div key={status}>
              <dt>
                <StatusBadge status={status} />
              </dt>
              <dd>{atLeast(images, complete)}</dd>
            </div>
          ))}
        </dl>
      </Container>
      <Container
        header={<h2>Top labels</h2>}
        footer={`Of the newest ${formatCount(stats.top_labels_of, 'image')}.`}
      >
        {stats.top_labels.length === 0 && <p className="hint">No labels yet.</p>}
        <dl className="figures" data-testid="top-labels">
          {stats.top_labels.map(({ name, images }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <meter
                  min={0}
                  max={stats.top_labels[0]?.images ?? 1}
                  value={images}
                  aria-hidden="true"
                />{' '}
                {images}
              </dd>
            </div>
          ))}
        </dl>
      </Container>
      <Container header={<h2>Queues</h2>}>
        <Queues queues={stats.queues} />
      </Container>
      <Container header={<h2>Rekognition this month</h2>}>
        <Cost month={stats.month} />
      </Container>
    </div>
  );
}

function Days({ stats }: { stats: Stats }) {
  return (
    <>
      <BarChart
        series={[
          {
            title: 'Images',
            type: 'bar',
            data: stats.days.map(({ day, images }) => ({ x: dayName(day), y: images })),
          },
        ]}
        xScaleType="categorical"
        yTitle="Images"
        xTitle="Day (UTC)"
        ariaLabel={daySummary(stats.days)}
        hideFilter
        hideLegend
        height={220}
        empty="No images in these days."
        i18nStrings={{ yTickFormatter: (value) => (Number.isInteger(value) ? String(value) : '') }}
      />
      {stats.days.some(({ complete }) => !complete) && (
        <p className="hint">Days with very many images are counted up to a limit.</p>
      )}
    </>
  );
}

function Queues({ queues }: { queues: Stats['queues'] }) {
  return (
    // What scrolls has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="scroll" tabIndex={0} aria-label="Queues">
      <table className="table" data-testid="queues">
        <thead>
          <tr>
            <th scope="col">Queue</th>
            <th scope="col">Waiting</th>
            <th scope="col">In flight</th>
            <th scope="col">Dead letters</th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <tr key={queue.name}>
              <th scope="row">{queue.name}</th>
              <td>{known(queue.waiting)}</td>
              <td>{known(queue.in_flight)}</td>
              <td className={(queue.dead_letters ?? 0) > 0 ? 'bad' : ''}>
                {known(queue.dead_letters)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {queues.some((queue) => countsOf(queue).includes(null)) && <NoAnswer />}
    </section>
  );
}

const countsOf = ({ waiting, in_flight, dead_letters }: Stats['queues'][number]) => [
  waiting,
  in_flight,
  dead_letters,
];

/** What a part says that could not be asked for; the others are shown all the same. */
function NoAnswer() {
  return (
    <p className="hint" data-testid="no-answer">
      AWS does not answer just now. This is tried again by itself.
    </p>
  );
}

function Cost({ month }: { month: Stats['month'] }) {
  if (!month) {
    return (
      <div data-testid="cost">
        <NoAnswer />
      </div>
    );
  }
  return (
    <div data-testid="cost">
      <p className="large">{formatMoney(month.cost, month.currency)}</p>
      <p>
        Estimated for {month.month}: {formatCount(month.labels_calls, 'label call')} and{' '}
        {formatCount(month.text_calls, 'text call')}.
      </p>
      <p className="hint">Counted from {month.source}.</p>
    </div>
  );
}
