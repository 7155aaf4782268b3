import { type SyntheticEvent, useEffect, useState } from 'react';

/** For so long somebody waits for a picture before they are asked whether they want to. */
const PATIENCE = 8_000;

/** Whether the picture inside was there to be looked at; if it cannot be, a person may say so. */
export function usePicture(link: string | null) {
  const [state, setState] = useState<'loading' | 'shown' | 'missing'>('loading');
  const [isLate, setLate] = useState(false);
  const [isGivenUp, setGivenUp] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  const isPicture = (event: SyntheticEvent) => event.target instanceof HTMLImageElement;
  return {
    /** For an element around the picture: neither event bubbles. */
    around: {
      onLoadCapture: (event: SyntheticEvent) => {
        if (isPicture(event)) setState('shown');
      },
      onErrorCapture: (event: SyntheticEvent) => {
        if (isPicture(event)) setState((before) => (before === 'shown' ? before : 'missing'));
      },
    },
    isShown: state === 'shown',
    isSettled: state === 'shown' || isGivenUp,
    /** There is none, or it does not come: only a person can know whether it matters. */
    isAsking: state !== 'shown' && !isGivenUp && (link === null || state === 'missing' || isLate),
    giveUp: () => setGivenUp(true),
  };
}
