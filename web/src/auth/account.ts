/** What signed-in people change of their account; apart from sign-in, so that it loads later. */
import {
  fetchMFAPreference,
  setUpTOTP,
  updateMFAPreference,
  updatePassword,
  verifyTOTPSetup,
} from 'aws-amplify/auth';

export async function changePassword(oldPassword: string, newPassword: string): Promise<void> {
  await updatePassword({ oldPassword, newPassword });
}

/** True when an authenticator app is asked for at sign-in. */
export async function hasApp(): Promise<boolean> {
  const { enabled } = await fetchMFAPreference();
  return enabled?.includes('TOTP') ?? false;
}

export async function beginApp(email: string): Promise<{ secret: string; uri: string }> {
  const details = await setUpTOTP();
  return {
    secret: details.sharedSecret,
    uri: details.getSetupUri('Sightline', email).toString(),
  };
}

export async function finishApp(code: string): Promise<void> {
  await verifyTOTPSetup({ code });
  await updateMFAPreference({ totp: 'PREFERRED' });
}

/** What Cognito refuses a new password with, whatever the old one is. */
const NOT_TAKEN = new Set(['InvalidPasswordException', 'PasswordHistoryPolicyViolationException']);
const CHANGE_FIRST =
  'If that is your password, it may not be used any more: it is too weak for the rules of now, or ' +
  'known from a leak. Change it first, above; then remove the app with the new one.';

/**
 * Takes the app away. Whoever sits down at an open screen is asked for the password; a script in the
 * page would not be. Cognito has no call that only checks a password, but changes it to the same one
 * if it is right, and if it would take it as a new one.
 */
export async function removeApp(password: string): Promise<void> {
  try {
    await updatePassword({ oldPassword: password, newPassword: password });
  } catch (error) {
    if (error instanceof Error && NOT_TAKEN.has(error.name)) throw new Error(CHANGE_FIRST);
    throw error;
  }
  await updateMFAPreference({ totp: 'DISABLED' });
}
