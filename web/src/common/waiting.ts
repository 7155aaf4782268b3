/** Waiting between attempts. */

/** Milliseconds to wait before an attempt: 1, 2, 4, 8, 16 s, half of it by chance. */
export function waitBefore(attempt: number, random: () => number = Math.random): number {
  const full = 1000 * 2 ** (attempt - 2);
  return Math.min(full, 30_000) * (0.5 + random() / 2);
}

/** Asked by a function, since compilers take a second look at `aborted` for the first. */
export const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** Resolves after a time; rejects when the signal is aborted. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
