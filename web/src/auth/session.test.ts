import { describe, expect, test, vi } from 'vitest';
import { ApiError, SessionOverError } from '../api/problem';
import { mayPass } from '../upload/retry';
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
  const dropTokens = vi.fn();
  const forget = vi.fn();
  const session = new Session({ currentTokens, endSession, dropTokens, forget });
  return { session, currentTokens, endSession, dropTokens, forget };
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
    expect(session.state()).toEqual({ kind: 'signed-out', notice: null, whose: null });
    expect(forget).not.toHaveBeenCalled();
  });

  test('that ran out says so, and forgets what was shown', async () => {
    const { session, currentTokens, dropTokens, forget } = make(of('ann'));
    await session.begin();
    currentTokens.mockResolvedValue(null);
    await expect(session.token()).rejects.toThrow(SessionOverError);
    expect(session.state()).toMatchObject({
      kind: 'signed-out',
      notice: expect.stringContaining('over'),
      whose: 'ann@example.com',
    });
    expect(dropTokens).toHaveBeenCalledOnce();
    expect(forget).toHaveBeenCalledExactlyOnceWith('over');
  });

  test.each([
    ['NetworkError', TypeError],
    ['TooManyRequestsException', ApiError],
    ['LimitExceededException', ApiError],
    ['InternalErrorException', ApiError],
    ['ForbiddenException', ApiError], // the firewall
    ['Unknown', ApiError],
    ['SyntaxError', ApiError], // a page instead of an answer
  ])('a renewal that fails with %s does not end it', async (name, kind) => {
    const { session, currentTokens, dropTokens, forget } = make(of('ann'));
    await session.begin();
    currentTokens.mockRejectedValueOnce(Object.assign(new Error('x'), { name }));
    const failed = await session.token().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(kind);
    expect(mayPass(failed)).toBe(true);
    expect(session.state().kind).toBe('signed-in');
    expect(dropTokens).not.toHaveBeenCalled();
    expect(forget).not.toHaveBeenCalled();
    expect(await session.token()).toBe('token of ann');
  });

  test.each([
    'NotAuthorizedException',
    'UserNotFoundException',
    'PasswordResetRequiredException',
    'TokenRevokedException',
    'ResourceNotFoundException',
    'InvalidParameterException',
    'UserLambdaValidationException',
  ])('a renewal that is refused with %s ends it', async (name) => {
    const { session, currentTokens, dropTokens } = make(of('ann'));
    await session.begin();
    currentTokens.mockRejectedValueOnce(Object.assign(new Error('x'), { name }));
    await expect(session.token({ renew: true })).rejects.toThrow(SessionOverError);
    expect(session.state().kind).toBe('signed-out');
    expect(dropTokens).toHaveBeenCalledOnce();
  });

  test('a fault with a status of the other side, whatever its name, does not end it', async () => {
    const { session, currentTokens } = make(of('ann'));
    const fault = Object.assign(new Error('x'), { name: 'Odd', metadata: { httpStatusCode: 503 } });
    currentTokens.mockRejectedValueOnce(fault);
    await expect(session.begin()).rejects.toThrow('does not answer just now');
    expect(session.state().kind).toBe('starting');
    await session.begin();
    expect(session.state().kind).toBe('signed-in');
  });

  test.each(['NotAuthorizedException', 'ResourceNotFoundException', 'TypeError'])(
    'a tab whose tokens are of no use (%s) shows the sign-in, and keeps nothing',
    async (name) => {
      const { session, currentTokens, dropTokens } = make(of('ann'));
      currentTokens.mockRejectedValueOnce(Object.assign(new Error('x'), { name }));
      await session.begin();
      expect(session.state()).toEqual({ kind: 'signed-out', notice: null, whose: null });
      expect(dropTokens).toHaveBeenCalledOnce();
    },
  );

  test('a renewal that ends after the sign-out signs nobody in', async () => {
    const { session, currentTokens, dropTokens } = make(of('ann'));
    await session.begin();
    let renewed: (tokens: Tokens) => void = () => undefined;
    currentTokens.mockImplementationOnce(() => new Promise((resolve) => (renewed = resolve)));
    const asked = session.token();
    await session.signOut();
    renewed(of('ann'));
    await expect(asked).rejects.toThrow(SessionOverError);
    expect(session.state().kind).toBe('signed-out');
    expect(dropTokens).toHaveBeenCalledOnce();
  });

  test('the tokens are taken from the tab before it says so', async () => {
    const { session, endSession } = make(of('ann'));
    await session.begin();
    const before: string[] = [];
    endSession.mockImplementation(() => {
      before.push(session.state().kind);
      return new Promise(() => undefined); // Cognito does not answer
    });
    void session.signOut();
    expect(before).toEqual(['signed-in']);
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
    'NotAuthorizedException',
    'Temporary password has expired and must be reset',
    'invite you again',
  ],
  [
    'NotAuthorizedException',
    'User password cannot be reset in the current state.',
    'password of your invitation',
  ],
  ['NotAuthorizedException', 'Access Token has been revoked', 'Your session is over'],
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
