import type { ReactNode } from 'react';

/** What stands where there is nothing: why, and what to do. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty" data-testid="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
