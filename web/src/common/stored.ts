import { useCallback, useState } from 'react';

/** Reads a preference of this browser; null when there is none or storage is switched off. */
export function readStored(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null; // blocked by the browser's settings: the preference then lasts as long as the page
  }
}

export function writeStored(key: string, value: string): void {
  try {
    window.localStorage.setItem(key, value);
  } catch {
    // As above.
  }
}

/** A yes-or-no preference that is kept in this browser; nothing personal belongs here. */
export function useStoredFlag(key: string, stock: boolean): [boolean, (value: boolean) => void] {
  const [value, setValue] = useState(() => (readStored(key) ?? String(stock)) === 'true');
  const set = useCallback(
    (next: boolean) => {
      setValue(next);
      writeStored(key, String(next));
    },
    [key],
  );
  return [value, set];
}
