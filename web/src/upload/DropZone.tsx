import Button from '@cloudscape-design/components/button';
import { useRef, useState } from 'react';
import { ErrorAlert } from '../common/ErrorAlert';
import { readDrop, readInput } from './entries';
import type { Dropped } from './queue';

interface Props {
  onFiles: (files: Dropped[]) => void;
  hint: string;
}

/** Takes files and folders, dropped or chosen. */
export function DropZone({ onFiles, hint }: Props) {
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const chosen = (input: HTMLInputElement) => {
    onFiles(readInput([...(input.files ?? [])]));
    input.value = ''; // so that the same file can be chosen once more
  };
  const dropped = async (data: DataTransfer) => {
    setProblem(null);
    try {
      await readDrop(data, onFiles);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    // Only what is dropped: the buttons do the same for keyboards.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className={over ? 'drop drop-over' : 'drop'}
      aria-label="Add images"
      data-testid="drop-zone"
      onDragOver={(event) => {
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void dropped(event.dataTransfer);
      }}
    >
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
