import Spinner from '@cloudscape-design/components/spinner';

/** Says that something is on its way. */
export function Loading({ what }: { what: string }) {
  return (
    <div className="loading" role="status">
      <Spinner /> Loading {what} …
    </div>
  );
}
