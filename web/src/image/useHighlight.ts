import { useCallback, useMemo, useState } from 'react';
import type { Image } from '../api/types';
import { type Kind, marksOf, rowsOf } from './marks';

/** What is pointed at and chosen, on the picture and in the lists at once. */
export function useHighlight(image: Pick<Image, 'labels' | 'text'>) {
  const [active, setActive] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [shown, setShown] = useState<ReadonlySet<Kind>>(new Set(['label', 'face', 'text']));
  const rows = useMemo(() => rowsOf(image), [image]);
  const marks = useMemo(() => marksOf(rows, shown), [rows, shown]);
  const choose = useCallback((row: string) => {
    setChosen((before) => (before === row ? null : row));
    document.getElementById(`row-${row}`)?.scrollIntoView({ block: 'nearest' });
  }, []);
  const toggle = useCallback((kind: Kind) => {
    setShown((before) => {
      const next = new Set(before);
      if (!next.delete(kind)) next.add(kind);
      return next;
    });
  }, []);
  return { rows, marks, active, setActive, chosen, choose, shown, toggle };
}

export type Highlight = ReturnType<typeof useHighlight>;
