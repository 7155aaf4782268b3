/** The line to the world, as far as the browser knows: it sees a network that is gone, not a bad one. */
export const isOffline = (): boolean => 'onLine' in navigator && !navigator.onLine;

/** Calls back at each change; the answer ends it. */
export function onLineChange(listener: () => void): () => void {
  globalThis.addEventListener('online', listener);
  globalThis.addEventListener('offline', listener);
  return () => {
    globalThis.removeEventListener('online', listener);
    globalThis.removeEventListener('offline', listener);
  };
}

/** Resolves when there is a network again; rejects when the signal is aborted. */
export function untilOnline(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (isOffline() && !signal.aborted) return;
      signal.removeEventListener('abort', look);
      end();
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    };
    const end = onLineChange(look);
    signal.addEventListener('abort', look, { once: true });
    look();
  });
}
