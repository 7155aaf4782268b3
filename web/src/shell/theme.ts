import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useCallback, useEffect, useState } from 'react';
import { readStored, writeStored } from '../common/stored';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'sightline.theme';
const prefersDark = () => window.matchMedia('(prefers-color-scheme: dark)');

function storedTheme(): Theme {
  const kept = readStored(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

function apply(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'system' && prefersDark().matches);
  applyMode(dark ? Mode.Dark : Mode.Light);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

/** Applied before anything is drawn, so that no page flashes in the other colours. */
export function beginTheme(): void {
  apply(storedTheme());
  prefersDark().addEventListener('change', () => apply(storedTheme()));
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(storedTheme);
  useEffect(() => apply(theme), [theme]);
  const choose = useCallback((next: Theme) => {
    writeStored(KEY, next);
    setTheme(next);
  }, []);
  return [theme, choose];
}
