import { useSyncExternalStore } from 'react';
import { isOffline, onLineChange } from './line';

/** Says that there is no connection, for as long as there is none. */
export function OfflineLine() {
  const offline = useSyncExternalStore(onLineChange, isOffline);
  return (
    <div role="status" data-testid="offline">
      {offline && (
        <p className="offline">
          You are offline. What you see may be old; uploads go on by themselves when you are back.
        </p>
      )}
    </div>
  );
}
