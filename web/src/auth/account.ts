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

/**
 * Takes the app away. An open screen must not be enough for that, so the password is asked for:
 * Cognito has no call that only checks one, but changes it to the same one if it is right.
 */
export async function removeApp(password: string): Promise<void> {
  await updatePassword({ oldPassword: password, newPassword: password });
  await updateMFAPreference({ totp: 'DISABLED' });
}
