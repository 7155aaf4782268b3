import { Fragment } from 'react';
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

/** Boxes above a picture, in attributes only: the content-security policy takes no inline styles.
 *
 * For pointers: keyboards and screen readers have the rows beside the picture, which say and do the
 * same. A hundred boxes would be a hundred stops before them.
 */
export function Overlay({ marks, width, height, active: lit, chosen, onActive, onChoose }: Props) {
  return (
    <svg
      className="overlay"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
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
            <rect {...place} className={`mark-under line-${kind}${active}`} />
            <rect
              {...place}
              className={`mark mark-${kind} line-${kind}${active}`}
              data-testid={`box-${kind}`}
              data-row={row}
              onMouseEnter={() => onActive(row)}
              onMouseLeave={() => onActive(null)}
              onClick={() => onChoose(row)}
            >
              <title>{title}</title>
            </rect>
          </Fragment>
        );
      })}
    </svg>
  );
}
