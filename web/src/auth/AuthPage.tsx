import { type ReactNode, useEffect, useRef } from 'react';
import { ThemeSwitch } from '../shell/ThemeSwitch';
import './auth.css';

/** The frame of everything that people see before they are signed in. */
export function AuthPage({ title, children }: { title: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${title} – Sightline`;
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [title]);
  return (
    <div className="auth">
      <header className="auth-head">
        <span className="brand">Sightline</span>
        <ThemeSwitch />
      </header>
      <main className="auth-main" id="main">
        <div className="panel">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {children}
        </div>
      </main>
    </div>
  );
}
