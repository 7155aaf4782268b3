/** The deletion of an image or an upload, with some patience: asking again finishes what began. */
import { sleep, waitBefore } from '../common/waiting';
import { ApiError } from './problem';

/** With the waits between them a quarter to half a minute, if no answer asks for more. */
export const REMOVAL_ATTEMPTS = 6;
/** Milliseconds: who waits before a dialog is not left there for as long as a firewall likes. */
const LONGEST_ASKED = 60_000;

/** 409: the pipeline has it just now. The rest may pass too. */
export const removalMayPass = (error: unknown): boolean =>
  error instanceof ApiError && (error.mayPass || error.status === 409);

/**
 * Deletes by `remove`, again if need be. `gone`: it was not there when it was asked for first; after
 * a fault, 404 means that an answer was lost. `onWait` is told of each fault that is waited for.
 */
export async function removeWithPatience(
  remove: () => Promise<unknown>,
  { signal, onWait }: { signal?: AbortSignal; onWait?: (error: unknown) => void } = {},
): Promise<'deleted' | 'gone'> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await remove();
      return 'deleted';
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        return attempt === 1 ? 'gone' : 'deleted';
      }
      if (attempt >= REMOVAL_ATTEMPTS || !removalMayPass(error)) throw error;
      onWait?.(error);
      const asked = error instanceof ApiError ? error.retryAfter : 0;
      await sleep(Math.min(asked, LONGEST_ASKED) + waitBefore(attempt + 1), signal);
    }
  }
}
