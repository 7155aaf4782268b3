import { useReducer } from 'react';
import { stableLinks } from './links';

interface Props {
  /** What names the picture, whatever its link. */
  name: string;
  link: string | null;
  alt: string;
  /** Its link has ended, maybe: get a new one. Called once in a minute, if it goes on failing. */
  onBroken?: () => void;
  children?: string;
}

/** A picture behind a presigned link; the words instead where there is none, or it does not load. */
export function Picture({ name, link, alt, onBroken, children }: Props) {
  const [, failed] = useReducer((times: number) => times + 1, 0);
  const stable = link === null ? null : stableLinks.use(name, link);
  if (stable === null) {
    return (
      <span className="no-picture">
        {link === null ? (children ?? 'No picture') : 'The picture did not load'}
      </span>
    );
  }
  return (
    <img
      src={stable}
      alt={alt}
      loading="lazy"
      decoding="async"
      onError={() => {
        const mayHelp = stableLinks.fail(name, stable);
        failed();
        if (mayHelp) onBroken?.();
      }}
    />
  );
}
