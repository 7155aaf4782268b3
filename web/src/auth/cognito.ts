/** Cognito by Amplify: the only file that knows of it. */
import { Amplify } from 'aws-amplify';
import {
  confirmResetPassword,
  confirmSignIn,
  confirmSignUp,
  fetchAuthSession,
  resendSignUpCode,
  resetPassword,
  type SignInOutput,
  signIn,
  signUp,
} from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import { sessionStorage } from 'aws-amplify/utils';
import type { Config } from '../config/config';
import { type Identity, identityOf } from './identity';

/** What a person has to do next to be signed in. */
export type Step =
  | { kind: 'signed-in' }
  | { kind: 'new-password' }
  | { kind: 'code' }
  | { kind: 'set-up-app'; secret: string; uri: string }
  | { kind: 'confirm-account' }
  | { kind: 'reset-password' };

export interface Tokens {
  idToken: string;
  identity: Identity;
}

let pool = { clientId: '', endpoint: '' };

export function configureCognito(config: Config): void {
  const { userPoolClientId: clientId, cognitoEndpoint, region } = config;
  pool = { clientId, endpoint: cognitoEndpoint ?? `https://cognito-idp.${region}.amazonaws.com/` };
  Amplify.configure({
    Auth: {
      Cognito: {
        userPoolId: config.userPoolId,
        userPoolClientId: config.userPoolClientId,
        ...(config.cognitoEndpoint ? { userPoolEndpoint: config.cognitoEndpoint } : {}),
      },
    },
  });
  // Amplify's stock is localStorage, where tokens outlive the browser and every tab reads them.
  // sessionStorage ends with the tab, and a reload does not sign people out as memory alone would.
  cognitoUserPoolsTokenProvider.setKeyValueStorage(sessionStorage);
}

/** The tokens of the session, renewed if they are old; null when nobody is signed in. */
export async function currentTokens(renew: boolean): Promise<Tokens | null> {
  const { tokens } = await fetchAuthSession({ forceRefresh: renew });
  if (!tokens?.idToken) return null;
  return { idToken: tokens.idToken.toString(), identity: identityOf(tokens.idToken.payload) };
}

async function stepOf(answer: SignInOutput, email: string): Promise<Step> {
  const next = answer.nextStep;
  switch (next.signInStep) {
    case 'DONE':
      return { kind: 'signed-in' };
    case 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED':
      return { kind: 'new-password' };
    case 'CONFIRM_SIGN_IN_WITH_TOTP_CODE':
      return { kind: 'code' };
    case 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP':
      return {
        kind: 'set-up-app',
        secret: next.totpSetupDetails.sharedSecret,
        uri: next.totpSetupDetails.getSetupUri('Sightline', email).toString(),
      };
    // An authenticator app is the only second factor that Sightline's user pool has.
    case 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION':
    case 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION':
      return stepOf(await confirmSignIn({ challengeResponse: 'TOTP' }), email);
    case 'CONFIRM_SIGN_UP':
      return { kind: 'confirm-account' };
    case 'RESET_PASSWORD':
      return { kind: 'reset-password' };
    default:
      throw new Error(`This console cannot do the sign-in step ${next.signInStep}.`);
  }
}

export async function startSignIn(email: string, password: string): Promise<Step> {
  const begin = () =>
    signIn({ username: email, password, options: { authFlowType: 'USER_SRP_AUTH' } });
  try {
    return await stepOf(await begin(), email);
  } catch (error) {
    // Left over from a session whose tokens were lost half-way.
    if (!(error instanceof Error) || error.name !== 'UserAlreadyAuthenticatedException')
      throw error;
    await endSession();
    return stepOf(await begin(), email);
  }
}

/** Answers a step: the new password, or the code. */
export async function answerStep(answer: string, email: string): Promise<Step> {
  return stepOf(await confirmSignIn({ challengeResponse: answer }), email);
}

/** The names under which Amplify keeps the tokens of this tab. */
const kept = (): string[] =>
  Object.keys(window.sessionStorage).filter((name) =>
    name.startsWith(`CognitoIdentityServiceProvider.${pool.clientId}.`),
  );

/** Takes the tokens out of this tab, before anything else happens. */
export function dropTokens(): void {
  for (const name of kept()) window.sessionStorage.removeItem(name);
}

/**
 * Forgets the tokens at once, then revokes the refresh token at Cognito. Amplify's own sign-out has
 * it the other way round: on a slow line the next person at this tab would still find them.
 */
export async function endSession(): Promise<void> {
  const name = kept().find((one) => one.endsWith('.refreshToken'));
  const refreshToken = name && window.sessionStorage.getItem(name);
  dropTokens();
  if (!refreshToken) return;
  try {
    await fetch(pool.endpoint, {
      method: 'POST',
      keepalive: true, // also when the tab is closed at once
      cache: 'no-store',
      headers: {
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': 'AWSCognitoIdentityProviderService.RevokeToken',
      },
      body: JSON.stringify({ ClientId: pool.clientId, Token: refreshToken }),
    });
  } catch (error) {
    // Without a connection it is good until its time is over; but nobody has it any more.
    if (!(error instanceof TypeError)) throw error;
  }
}

export async function askForReset(email: string): Promise<void> {
  await resetPassword({ username: email });
}

export async function confirmReset(email: string, code: string, password: string): Promise<void> {
  await confirmResetPassword({ username: email, confirmationCode: code, newPassword: password });
}

export async function createAccount(email: string, password: string): Promise<void> {
  await signUp({ username: email, password, options: { userAttributes: { email } } });
}

export async function confirmAccount(email: string, code: string): Promise<void> {
  await confirmSignUp({ username: email, confirmationCode: code });
}

/** Mails another code to who has made an account and not confirmed it. */
export async function sendCodeAgain(email: string): Promise<void> {
  await resendSignUpCode({ username: email });
}
