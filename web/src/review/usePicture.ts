import { type SyntheticEvent, useEffect, useState } from 'react';

/** For so long somebody waits for a picture before they are asked whether they want to. */
const PATIENCE = 8_000;

/** Whether the preview inside was there to be looked at; if it cannot be, a person may say so. */
export function usePicture(link: string | null) {
  const [state, setState] = useState<'loading' | 'shown' | 'missing'>('loading');
  const [isLate, setLate] = useState(false);
  const [isGivenUp, setGivenUp] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  // There may be others: the processed copy stands beside it.
  const isPreview = ({ target }: SyntheticEvent) =>
    target instanceof HTMLImageElement && target.closest('[data-preview]') !== null;
  return {
    /** For an element around the picture: neither event bubbles. */
    around: {
      onLoadCapture: (event: SyntheticEvent) => {
        if (isPreview(event)) setState('shown');
      },
      onErrorCapture: (event: SyntheticEvent) => {
        if (isPreview(event)) setState((before) => (before === 'shown' ? before : 'missing'));
      },
    },
    isShown: state === 'shown',
    isSettled: state === 'shown' || isGivenUp,
    /** There is none, or it does not come: only a person can know whether it matters. */
    isAsking: state !== 'shown' && !isGivenUp && (link === null || state === 'missing' || isLate),
    giveUp: () => setGivenUp(true),
  };
}
