import Button from '@cloudscape-design/components/button';
import { useEffect, useRef, useState } from 'react';
import { ErrorAlert } from '../common/ErrorAlert';
import { readDrop, readInput } from './entries';
import type { Dropped } from './queue';

interface Props {
  onFiles: (files: Dropped[]) => void;
  hint: string;
}

/** Takes files and folders: chosen, or dropped anywhere on the page, also far from the zone. */
export function DropZone({ onFiles, hint }: Props) {
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const zone = useRef<HTMLElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const chosen = (input: HTMLInputElement) => {
    onFiles(readInput([...(input.files ?? [])]));
    input.value = ''; // so that the same file can be chosen once more
  };
  useEffect(() => {
    // Of what holds no files only what is meant for the zone: it is told that it holds none.
    const isOurs = (event: DragEvent) =>
      event.dataTransfer?.types.includes('Files') || zone.current?.contains(event.target as Node);
    const drag = (event: DragEvent) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false); // it left the window
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!event.dataTransfer || !isOurs(event)) return;
      event.preventDefault();
      setProblem(null);
      readDrop(event.dataTransfer, onFiles).catch(setProblem);
    };
    window.addEventListener('dragover', drag);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', drag);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [onFiles]);
  return (
    <section
      ref={zone}
      className={over ? 'drop drop-over' : 'drop'}
      aria-label="Add images"
      data-testid="drop-zone"
    >
      {over && (
        <p className="drop-anywhere" aria-hidden="true">
          Drop them anywhere on this page
        </p>
      )}
      {problem !== null && (
        <ErrorAlert title="What you dropped could not be read" error={problem} />
      )}
      <p className="drop-title">Drop images or folders here</p>
      <div className="actions drop-actions">
        <Button variant="primary" onClick={() => files.current?.click()}>
          Choose images
        </Button>
        <Button onClick={() => folder.current?.click()}>Choose a folder</Button>
      </div>
      <p className="hint">{hint}</p>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Images"
        data-testid="file-input"
        onChange={(event) => chosen(event.target)}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-label="Folder"
        data-testid="folder-input"
        {...{ webkitdirectory: '' }}
        onChange={(event) => chosen(event.target)}
      />
    </section>
  );
}
