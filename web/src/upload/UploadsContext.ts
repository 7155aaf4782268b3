import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import { isRunning, type UploadItem } from './item';
import type { UploadQueue } from './queue';

export const UploadsContext = createContext<UploadQueue | null>(null);

export function useUploads(): { queue: UploadQueue; items: readonly UploadItem[] } {
  const queue = useContext(UploadsContext);
  if (!queue) throw new Error('useUploads outside of the app');
  const items = useSyncExternalStore(queue.subscribe, queue.items);
  return { queue, items };
}

/** Has the browser ask before the page is closed while files are on their way. */
export function useLeaveWarning(items: readonly UploadItem[]): void {
  const running = items.some(isRunning);
  useEffect(() => {
    if (!running) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [running]);
}

/**
 * Keeps files that are dropped beside the place for them from taking the console's place in the
 * tab; the upload page takes them wherever they fall.
 */
export function useStayOnDrop(): void {
  useEffect(() => {
    const stay = (event: DragEvent) => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    };
    window.addEventListener('dragover', stay);
    window.addEventListener('drop', stay);
    return () => {
      window.removeEventListener('dragover', stay);
      window.removeEventListener('drop', stay);
    };
  }, []);
}
