/** Who is signed in, as the ID token says. It only decides what is shown: the API checks anew. */

export type Group = 'uploaders' | 'reviewers' | 'admins';

export interface Identity {
  sub: string;
  email: string;
  groups: readonly Group[];
}

const GROUPS: readonly Group[] = ['uploaders', 'reviewers', 'admins'];

export function identityOf(claims: Record<string, unknown>): Identity {
  const text = (name: string): string => {
    const value = claims[name];
    return typeof value === 'string' ? value : '';
  };
  const sub = text('sub');
  const named = claims['cognito:groups'];
  const names: readonly unknown[] = Array.isArray(named) ? named : [];
  return {
    sub,
    email: text('email') || text('cognito:username') || sub,
    groups: GROUPS.filter((group) => names.includes(group)),
  };
}

export function isIn(identity: Identity, ...groups: Group[]): boolean {
  return identity.groups.some((group) => group === 'admins' || groups.includes(group));
}
