import { Link } from 'wouter';
import type { Summary } from '../api/types';
import { formatAge, formatTime, sentence, shortName } from '../common/format';
import { Picture } from '../common/Picture';
import { StatusBadge } from '../common/StatusBadge';
import { hasEnded } from '../common/status';

interface Props {
  image: Summary;
  onBroken: () => void;
}

/** One image of the gallery. */
export function ImageCard({ image, onBroken }: Props) {
  const id = image.id ?? image.task_id ?? '';
  const lines = image.text.slice(0, 2).join(' / ');
  return (
    <li className="card" data-testid="image-card" data-status={image.status}>
      <Link href={`/images/${id}`} className="card-link">
        <span className="card-picture">
          <Picture name={`${id}/thumbnail`} link={image.links.thumbnail} alt="" onBroken={onBroken}>
            {hasEnded(image.status) ? 'No thumbnail' : 'No thumbnail yet'}
          </Picture>
        </span>
        <span className="card-name" title={image.name}>
          {shortName(image.name)}
        </span>
      </Link>
      <div className="card-facts">
        <StatusBadge status={image.status} />
        <span className="hint" title={formatTime(image.received_at)}>
          {formatAge(image.received_at)}
        </span>
      </div>
      {image.labels.length > 0 && (
        <ul className="labels" aria-label="Labels">
          {image.labels.slice(0, 4).map(({ name }) => (
            <li key={name}>{name}</li>
          ))}
          {image.labels.length > 4 && <li>+{image.labels.length - 4}</li>}
        </ul>
      )}
      {lines && <p className="card-text">“{lines}”</p>}
      {image.reason && <p className="hint">{sentence(image.reason)}</p>}
    </li>
  );
}
