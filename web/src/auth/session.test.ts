import { describe, expect, test, vi } from 'vitest';
import { SessionOverError } from '../api/problem';
import type { Tokens } from './cognito';
import { identityOf, isIn } from './identity';
import { signInSentence } from './sentences';
import { Session } from './session';

const of = (sub: string, groups: string[] = ['uploaders']): Tokens => ({
  idToken: `token of ${sub}`,
  identity: identityOf({ sub, email: `${sub}@example.com`, 'cognito:groups': groups }),
});

function make(tokens: Tokens | null) {
  const currentTokens = vi.fn(async (): Promise<Tokens | null> => tokens);
  const endSession = vi.fn(async () => undefined);
  const forget = vi.fn();
  const session = new Session({ currentTokens, endSession, forget });
  return { session, currentTokens, endSession, forget };
}

describe('a session', () => {
  test('begins with the tokens of the tab', async () => {
    const { session } = make(of('ann'));
    await session.begin();
    expect(session.state()).toMatchObject({
      kind: 'signed-in',
      identity: { email: 'ann@example.com' },
    });
    expect(await session.token()).toBe('token of ann');
  });

  test('without tokens one signs in, without a reproach', async () => {
    const { session, forget } = make(null);
    await session.begin();
    expect(session.state()).toEqual({ kind: 'signed-out', notice: null });
    expect(forget).not.toHaveBeenCalled();
  });

  test('that ran out says so, and forgets what was shown', async () => {
    const { session, currentTokens, forget } = make(of('ann'));
    await session.begin();
    currentTokens.mockResolvedValue(null);
    await expect(session.token()).rejects.toThrow(SessionOverError);
    expect(session.state()).toMatchObject({
      kind: 'signed-out',
      notice: expect.stringContaining('over'),
    });
    expect(forget).toHaveBeenCalledExactlyOnceWith('over');
  });

  test('a refresh that is refused ends it; a missing connection does not', async () => {
    const { session, currentTokens } = make(of('ann'));
    await session.begin();
    currentTokens.mockRejectedValueOnce(Object.assign(new Error('x'), { name: 'NetworkError' }));
    await expect(session.token()).rejects.toThrow(TypeError);
    expect(session.state().kind).toBe('signed-in');
    currentTokens.mockRejectedValueOnce(
      Object.assign(new Error('x'), { name: 'NotAuthorizedException' }),
    );
    await expect(session.token({ renew: true })).rejects.toThrow(SessionOverError);
    expect(session.state().kind).toBe('signed-out');
  });

  test('the same user goes on; another user finds nothing', async () => {
    const { session, currentTokens, forget } = make(of('ann'));
    await session.begin();
    session.over();
    await session.begin();
    expect(forget.mock.calls).toEqual([['over']]);
    session.over();
    currentTokens.mockResolvedValue(of('bob'));
    await session.begin();
    expect(forget.mock.calls).toEqual([['over'], ['over'], ['other-user']]);
  });

  test('sign-out forgets at once, also if Cognito does not answer', async () => {
    const { session, endSession, forget } = make(of('ann'));
    await session.begin();
    endSession.mockRejectedValue(new Error('no connection'));
    await session.signOut().catch(() => undefined);
    expect(forget).toHaveBeenCalledWith('signed-out');
    expect(session.state()).toMatchObject({ kind: 'signed-out' });
    await expect(session.token()).rejects.toThrow(SessionOverError);
  });

  test('listeners hear of changes only', async () => {
    const { session } = make(of('ann'));
    const heard = vi.fn();
    session.subscribe(heard);
    await session.begin();
    await session.token();
    expect(heard).toHaveBeenCalledOnce();
  });
});

test('groups are read with care, and admins are in all', () => {
  const groups = (named: unknown) => identityOf({ sub: 's', 'cognito:groups': named }).groups;
  expect(groups(['admins', 'others'])).toEqual(['admins']);
  expect(groups('admins')).toEqual([]);
  expect(groups(undefined)).toEqual([]);
  expect(isIn(of('a', ['admins']).identity, 'reviewers')).toBe(true);
  expect(isIn(of('a', ['uploaders']).identity, 'reviewers')).toBe(false);
  expect(isIn(of('a', ['uploaders']).identity)).toBe(false);
});

test.each([
  ['NotAuthorizedException', 'Incorrect username or password.', 'wrong'],
  ['UserNotFoundException', 'User does not exist.', 'The e-mail address or the password is wrong.'],
  ['NotAuthorizedException', 'Password attempts exceeded', 'Too many attempts'],
  ['NotAuthorizedException', 'Invalid session for the user, session is expired.', 'took too long'],
  [
    'InvalidPasswordException',
    'Password did not conform with policy: Password not long enough',
    'stronger password. Password not long',
  ],
  ['CodeMismatchException', 'x', 'The code is wrong'],
  ['Other', 'Something.', 'Something.'],
])('%s, %s: %s', (name, message, sentence) => {
  expect(signInSentence(Object.assign(new Error(message), { name }))).toContain(sentence);
});
