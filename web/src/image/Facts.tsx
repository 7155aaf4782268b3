import type { Image } from '../api/types';
import { isIn } from '../auth/identity';
import { useIdentity } from '../auth/SessionContext';
import { formatBytes, formatTime } from '../common/format';
import { colours, qualities } from './properties';

/** What is known of the file and of how it was analysed. */
export function Facts({ image }: { image: Image }) {
  const identity = useIdentity();
  const facts: [string, string | null | undefined][] = [
    ['Format', image.image?.format],
    [
      'Size',
      image.image &&
        `${image.image.width} × ${image.image.height} pixels, ${formatBytes(image.image.bytes)}`,
    ],
    ['Received', formatTime(image.received_at)],
    ['Finished', formatTime(image.finished_at)],
    // Of an upload it says nothing but its name.
    ['Key', image.source?.key === image.name ? image.name : null],
    ['Image id', image.id],
    ['Task id', image.task_id],
    // To others the API does not say it.
    ['Paid calls', isIn(identity) ? image.paid.join(', ') || 'none' : null],
    ...Object.entries(image.models).map(([name, version]): [string, string] => [
      `Model: ${name}`,
      version,
    ]),
    ...qualities(image.properties).map(({ name, value }): [string, string] => [name, value]),
  ];
  const shades = colours(image.properties);
  return (
    <>
      <dl className="facts" data-testid="facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {shades.length > 0 && (
        <>
          <h2>Dominant colours</h2>
          <ul className="shades">
            {shades.map(({ hex, name, share }) => (
              <li key={hex}>
                <svg width="20" height="20" aria-hidden="true">
                  <rect
                    width="20"
                    height="20"
                    rx="4"
                    fill={hex}
                    stroke="currentColor"
                    strokeOpacity="0.4"
                  />
                </svg>
                {name}{' '}
                <span className="hint">
                  {hex}, {share}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
