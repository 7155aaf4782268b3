import { createContext, type ReactNode, useCallback, useContext, useRef } from 'react';

const Announce = createContext<(sentence: string) => void>(() => undefined);

/** Says a sentence to screen readers, without moving the focus. */
export function useAnnounce(): (sentence: string) => void {
  return useContext(Announce);
}

/** The one live region of the page. */
export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const region = useRef<HTMLDivElement>(null);
  const announce = useCallback((sentence: string) => {
    const element = region.current;
    if (!element) return;
    // The same sentence twice is read twice only if the text changes in between.
    element.textContent = '';
    window.setTimeout(() => {
      element.textContent = sentence;
    }, 50);
  }, []);
  return (
    <Announce value={announce}>
      {children}
      <div
        ref={region}
        aria-live="polite"
        role="status"
        className="only-read-aloud"
        data-testid="announcer"
      />
    </Announce>
  );
}
