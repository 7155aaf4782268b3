import Button from '@cloudscape-design/components/button';
import { ErrorAlert } from '../common/ErrorAlert';
import { useStoredFlag } from '../common/stored';
import { KEYS_FLAG } from './keys';
import { useKeys } from './useKeys';
import { useUndo } from './useUndo';

/** Undo where no image is open: a decision on the last one leads to the queue, a slip with it. */
export function UndoLast() {
  const { undo, canUndo } = useUndo();
  const [keys] = useStoredFlag(KEYS_FLAG, true);
  useKeys(keys, canUndo && !undo.isPending ? { undo: () => undo.mutate() } : {});
  if (!canUndo) return null;
  return (
    <div className="bulk">
      {undo.isError && <ErrorAlert title="That did not work" error={undo.error} />}
      <Button loading={undo.isPending} onClick={() => undo.mutate()} data-testid="undo">
        Undo last{' '}
        {keys && (
          <span aria-hidden="true">
            <kbd>u</kbd>
          </span>
        )}
      </Button>
    </div>
  );
}
