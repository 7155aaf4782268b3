import type { Group, Identity } from '../auth/identity';
import { isIn } from '../auth/identity';

export interface Place {
  href: string;
  label: string;
  groups: readonly Group[];
}

/** The console's main places and who sees them; the API decides for itself what they may do. */
export const PLACES: readonly Place[] = [
  { href: '/gallery', label: 'Gallery', groups: ['uploaders'] },
  { href: '/upload', label: 'Upload', groups: ['uploaders'] },
  { href: '/review', label: 'Review', groups: ['reviewers'] },
  { href: '/dashboard', label: 'Dashboard', groups: ['admins'] },
  { href: '/batches', label: 'Batches', groups: ['admins'] },
];

export function placesOf(identity: Identity): readonly Place[] {
  return PLACES.filter(({ groups }) => isIn(identity, ...groups));
}

/** True for a place and everything below it. */
export function isAt(place: Place, path: string): boolean {
  const below = place.href === '/gallery' && path.startsWith('/images/');
  return path === place.href || path.startsWith(`${place.href}/`) || below;
}
