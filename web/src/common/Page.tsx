import { type ReactNode, useEffect, useRef } from 'react';

interface Props {
  title: string;
  /** The whole of a name that the title has in short, for whoever points at it. */
  inFull?: string;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

let pagesShown = 0;

/** One screen: its heading gets the focus when people come from another, so that it is read aloud. */
export function Page({ title, inFull, description, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Sightline`;
  }, [title]);
  useEffect(() => {
    // The browser itself begins the first page at its top.
    if (pagesShown > 0) {
      window.scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
    }
    pagesShown += 1;
  }, []);
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1} title={inFull}>
            {title}
          </h1>
          {description && <p className="page-description">{description}</p>}
        </div>
        {actions && <div className="actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
