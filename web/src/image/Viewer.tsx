import { useState } from 'react';
import type { Image } from '../api/types';
import { shortName } from '../common/format';
import { Picture } from '../common/Picture';
import type { Kind } from './marks';
import { Overlay } from './Overlay';
import type { Highlight } from './useHighlight';
import './image.css';

const KINDS: Record<Kind, string> = { label: 'Labels', face: 'Faces', text: 'Text lines' };

interface Props {
  image: Image;
  highlight: Highlight;
  onBroken: () => void;
}

/** The picture with its boxes, and the processed copy beside it if it is asked for. */
export function Viewer({ image, highlight, onBroken }: Props) {
  const [compared, setCompared] = useState(false);
  const { rows, marks, active, setActive, chosen, choose, shown, toggle } = highlight;
  const id = image.id ?? image.task_id ?? image.name;
  const isFinished = image.status !== 'awaiting_upload' && image.status !== 'received';
  return (
    <section aria-label="Picture" className="viewer">
      <fieldset className="toggles">
        <legend className="only-read-aloud">Boxes that are shown</legend>
        {(Object.keys(KINDS) as Kind[]).map((kind) => {
          const count = rows[kind].reduce((sum, row) => sum + row.boxes.length, 0);
          return (
            <label key={kind} className={`toggle toggle-${kind}`}>
              <input
                type="checkbox"
                checked={shown.has(kind)}
                disabled={count === 0}
                onChange={() => toggle(kind)}
                data-testid={`toggle-${kind}`}
              />
              {KINDS[kind]} ({count})
            </label>
          );
        })}
        {image.links.processed && (
          <label className="toggle">
            <input
              type="checkbox"
              checked={compared}
              onChange={() => setCompared(!compared)}
              data-testid="toggle-processed"
            />
            Processed copy
          </label>
        )}
      </fieldset>
      <div className={compared ? 'pictures pictures-two' : 'pictures'}>
        <figure>
          <div className="picture" data-preview data-testid="picture">
            <Picture
              name={`${id}/preview`}
              link={image.links.preview}
              alt={`The image ${shortName(image.name)}`}
              onBroken={onBroken}
            >
              {isFinished
                ? 'There is no picture of this file to show.'
                : 'The picture appears here once it has arrived.'}
            </Picture>
            {image.links.preview && marks.length > 0 && (
              <Overlay
                marks={marks}
                width={image.width ?? 1000}
                height={image.height ?? 1000}
                active={active}
                chosen={chosen}
                onActive={setActive}
                onChoose={choose}
              />
            )}
          </div>
          {compared && <figcaption>Original</figcaption>}
        </figure>
        {compared && (
          <figure>
            <div className="picture" data-testid="processed">
              <Picture
                name={`${id}/processed`}
                link={image.links.processed}
                alt={`The processed copy of ${shortName(image.name)}`}
                onBroken={onBroken}
              />
            </div>
            <figcaption>Processed copy</figcaption>
          </figure>
        )}
      </div>
    </section>
  );
}
