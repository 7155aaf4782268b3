import Container from '@cloudscape-design/components/container';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/ApiContext';
import { ApiError } from '../api/problem';
import { ErrorAlert } from '../common/ErrorAlert';
import { sentence } from '../common/format';
import { Loading } from '../common/Loading';

/** Before the links end. */
const ANEW_EVERY = 10 * 60_000;

/** Links to what became of each image of a batch. */
export function BatchReport({ id }: { id: string }) {
  const api = useApi();
  const report = useQuery({
    queryKey: ['batch-report', id],
    queryFn: () => api.batchReport(id),
    refetchInterval: ANEW_EVERY,
  });
  const isNotYet = report.error instanceof ApiError && [404, 409].includes(report.error.status);
  return (
    <Container header={<h2>Report</h2>}>
      {report.isPending && <Loading what="the report" />}
      {report.isError && isNotYet && <p className="hint">{sentence(report.error.message)}</p>}
      {report.isError && !isNotYet && (
        <ErrorAlert
          title="The report could not be loaded"
          error={report.error}
          onRetry={() => void report.refetch()}
        />
      )}
      {report.data && (
        <ul data-testid="batch-report">
          <li>
            <ReportLink href={report.data.text}>Report to read</ReportLink>
          </li>
          <li>
            <ReportLink href={report.data.csv}>Table of all images (CSV)</ReportLink>
          </li>
          <li>
            <ReportLink href={report.data.summary}>Summary (JSON)</ReportLink>
          </li>
        </ul>
      )}
    </Container>
  );
}

function ReportLink({ href, children }: { href: string; children: string }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}
