import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useIdentity, useSession } from '../auth/SessionContext';
import { formatCount } from '../common/format';
import { useConfig } from '../config/ConfigContext';
import { totalsOf } from '../upload/item';
import { UploadBadge } from '../upload/UploadBadge';
import { useUploads } from '../upload/UploadsContext';
import { isAt, placesOf } from './routes';
import { ThemeSwitch } from './ThemeSwitch';

/** Where one can go, and who one is. Its own and small: Cloudscape's frame costs 80 KB. */
export function Header() {
  const { stage } = useConfig();
  const identity = useIdentity();
  const { session } = useSession();
  const [path, navigate] = useLocation();
  // The menu closes when the place changes.
  const [openAt, setOpenAt] = useState<string | null>(null);
  const open = openAt === path;
  const { items } = useUploads();
  const signOut = () => {
    const { running } = totalsOf(items);
    const question = `${formatCount(running, 'image')} not sent yet will be forgotten. Sign out?`;
    if (running > 0 && !window.confirm(question)) return;
    // Whoever is next has other pages, and need not know what was looked for.
    navigate('/', { replace: true });
    void session.signOut();
  };
  return (
    <header className="head">
      <div className="head-bar">
        <Link href="/" className="brand">
          Sightline
          {stage !== 'prod' && <span className="stage">{stage}</span>}
        </Link>
        <button
          type="button"
          className="menu-button"
          aria-expanded={open}
          aria-controls="menu"
          onClick={() => setOpenAt(open ? null : path)}
        >
          Menu
        </button>
      </div>
      <div id="menu" className={open ? 'menu menu-open' : 'menu'}>
        <nav aria-label="Main">
          <ul>
            {placesOf(identity).map((place) => (
              <li key={place.href}>
                <Link href={place.href} aria-current={isAt(place, path) ? 'page' : undefined}>
                  {place.label}
                  {place.href === '/upload' && <UploadBadge />}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="head-user">
          <ThemeSwitch />
          <Link href="/account" className="user" data-testid="account">
            {identity.email}
          </Link>
          <button type="button" className="text-button" onClick={signOut}>
            Sign out
          </button>
        </div>
      </div>
    </header>
  );
}
