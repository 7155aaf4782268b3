import { totalsOf } from './item';
import { useUploads } from './UploadsContext';

/** How many files are on their way, wherever one is in the console. */
export function UploadBadge() {
  const { items } = useUploads();
  const { running } = totalsOf(items);
  if (running === 0) return null;
  return (
    <span className="badge">
      {running}
      <span className="only-read-aloud"> on their way</span>
    </span>
  );
}
