import Button from '@cloudscape-design/components/button';
import { useStoredFlag } from '../common/stored';
import { KEYS_FLAG } from './keys';
import { UndoFailed } from './UndoFailed';
import { useKeys } from './useKeys';
import { useUndo } from './useUndo';

/** Undo where no image is open: a decision on the last one leads to the queue, a slip with it. */
export function UndoLast() {
  const { undo, canUndo, busy, failed, reset } = useUndo();
  const [keys] = useStoredFlag(KEYS_FLAG, true);
  useKeys(keys, canUndo && !busy ? { undo } : {});
  return (
    <>
      <UndoFailed failed={failed} onClose={reset} />
      {canUndo && (
        <div className="bulk">
          <Button loading={busy} onClick={undo} data-testid="undo">
            Undo last{' '}
            {keys && (
              <span aria-hidden="true">
                <kbd>u</kbd>
              </span>
            )}
          </Button>
        </div>
      )}
    </>
  );
}
