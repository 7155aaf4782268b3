import { useState } from 'react';
import { stableLinks } from './links';

interface Props {
  /** What names the picture, whatever its link. */
  name: string;
  link: string | null;
  alt: string;
  /** Its link has ended: get a new one. */
  onBroken?: () => void;
  children?: string;
}

/** A picture behind a presigned link; the words instead where there is none, or it does not load. */
export function Picture({ name, link, alt, onBroken, children }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  const stable = link === null ? null : stableLinks.use(name, link);
  if (stable === null || stable === broken) {
    return (
      <span className="no-picture">
        {stable === null ? (children ?? 'No picture') : 'The picture did not load'}
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
        stableLinks.forget(name);
        setBroken(stable);
        onBroken?.();
      }}
    />
  );
}
