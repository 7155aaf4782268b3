import { updateMFAPreference, updatePassword } from 'aws-amplify/auth';
import { beforeEach, expect, test, vi } from 'vitest';
import { removeApp } from './account';
import { signInSentence } from './sentences';

vi.mock('aws-amplify/auth', () => ({ updateMFAPreference: vi.fn(), updatePassword: vi.fn() }));

beforeEach(() => {
  vi.clearAllMocks();
});

async function refusedWith(name: string, message: string): Promise<string> {
  vi.mocked(updatePassword).mockRejectedValueOnce(Object.assign(new Error(message), { name }));
  const error = await removeApp('Password-1').catch((refusal: unknown) => refusal);
  expect(updateMFAPreference).not.toHaveBeenCalled();
  return signInSentence(error);
}

test('the app is taken away once the password is right', async () => {
  await removeApp('Password-1');
  expect(updatePassword).toHaveBeenCalledExactlyOnceWith({
    oldPassword: 'Password-1',
    newPassword: 'Password-1',
  });
  expect(updateMFAPreference).toHaveBeenCalledExactlyOnceWith({ totp: 'DISABLED' });
});

test.each([
  ['InvalidPasswordException', 'Provided password cannot be used for security reasons.'],
  ['InvalidPasswordException', 'Password did not conform with policy: Password not long enough'],
  ['PasswordHistoryPolicyViolationException', 'Password has previously been used'],
])(
  'a password that may not be used any more (%s) is to be changed first',
  async (name, message) => {
    expect(await refusedWith(name, message)).toMatch(/Change it first, above; then remove the app/);
  },
);

test('a wrong password is wrong', async () => {
  expect(await refusedWith('NotAuthorizedException', 'Incorrect username or password.')).toContain(
    'wrong',
  );
});
