import { Fragment, type KeyboardEvent } from 'react';
import type { Mark } from './marks';

interface Props {
  marks: readonly Mark[];
  width: number;
  height: number;
  active: string | null;
  chosen: string | null;
  onActive: (row: string | null) => void;
  onChoose: (row: string) => void;
}

/** Boxes above a picture, in attributes only: the content-security policy takes no inline styles. */
export function Overlay({ marks, width, height, active: lit, chosen, onActive, onChoose }: Props) {
  const onKey = (event: KeyboardEvent, row: string) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onChoose(row);
  };
  return (
    <svg
      className="overlay"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="group"
      aria-label="Boxes on the picture"
      data-testid="overlay"
    >
      {marks.map(({ id, row, kind, title, box }) => {
        const active = row === lit || row === chosen ? ' mark-active' : '';
        const place = {
          x: box.left * width,
          y: box.top * height,
          width: box.width * width,
          height: box.height * height,
          vectorEffect: 'non-scaling-stroke',
        } as const;
        return (
          <Fragment key={id}>
            {/* So that each colour is seen on any picture: a green line on a green sign, say. */}
            <rect {...place} className={`mark-under${active}`} aria-hidden="true" />
            <rect
              {...place}
              className={`mark mark-${kind}${active}`}
              role="button"
              tabIndex={0}
              aria-label={title}
              aria-pressed={row === chosen}
              data-testid={`box-${kind}`}
              onMouseEnter={() => onActive(row)}
              onMouseLeave={() => onActive(null)}
              onFocus={() => onActive(row)}
              onBlur={() => onActive(null)}
              onClick={() => onChoose(row)}
              onKeyDown={(event) => onKey(event, row)}
            >
              <title>{title}</title>
            </rect>
          </Fragment>
        );
      })}
    </svg>
  );
}
