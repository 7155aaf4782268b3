import { Link } from 'wouter';
import type { Summary } from '../api/types';
import { formatAge, formatTime, shortName } from '../common/format';
import { Picture } from '../common/Picture';
import { reasonsOf } from './reasons';

interface Props {
  image: Summary;
  selected: boolean;
  onSelect: (id: string, on: boolean) => void;
}

/** One image that waits. */
export function ReviewRow({ image, selected, onSelect }: Props) {
  const id = image.id ?? '';
  const name = shortName(image.name);
  const taken = image.claim !== null && !image.claim.yours;
  return (
    <li className="review-row" data-testid="review-row">
      <input
        type="checkbox"
        aria-label={`Select ${name}`}
        checked={selected && !taken}
        disabled={taken}
        onChange={(event) => onSelect(id, event.target.checked)}
      />
      <span className="review-picture">
        <Picture name={`${id}/thumbnail`} link={image.links.thumbnail} alt="" />
      </span>
      <div className="review-what">
        <Link href={`/review/${id}`} title={image.name}>
          {name}
        </Link>
        <div>{reasonsOf(image.review_reasons)}</div>
        <div className="hint" title={formatTime(image.received_at)}>
          {image.labels
            .slice(0, 4)
            .map(({ name }) => name)
            .join(', ') || 'No labels'}{' '}
          · {formatAge(image.received_at)}
        </div>
        {taken && (
          <div className="hint">
            {image.claim?.by} is looking at it until {formatTime(image.claim?.until)}.
          </div>
        )}
      </div>
    </li>
  );
}
