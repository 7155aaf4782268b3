import { useEffect, useRef } from 'react';
import { type Action, actionOf } from './keys';

/** Calls the function of a pressed key; those that are missing do nothing. */
export function useKeys(enabled: boolean, does: Partial<Record<Action, () => void>>): void {
  const latest = useRef(does);
  useEffect(() => {
    latest.current = does;
  });
  useEffect(() => {
    if (!enabled) return;
    const onKey = (event: KeyboardEvent) => {
      const action = actionOf(event);
      const run = action && latest.current[action];
      if (!run) return;
      event.preventDefault();
      run();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [enabled]);
}
