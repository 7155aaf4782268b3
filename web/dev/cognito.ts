/** What the console asks of Cognito, faked: any password is right but for wrong@example.com. */

export interface Answer {
  status: number;
  body: unknown;
}

const LIFETIME = 3600;
/** Sessions that were ended from outside (`POST /mock/expire`). */
let generation = 0;

export const expireAll = (): void => {
  generation += 1;
};

const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

const GROUPS: Record<string, string[]> = {
  uploader: ['uploaders'],
  reviewer: ['reviewers'],
  admin: ['admins'],
  nobody: [],
};

function tokens(email: string): Record<string, unknown> {
  const name = email.split('@')[0] ?? '';
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: `sub-${name}`,
    email,
    iat: now,
    exp: now + LIFETIME,
    generation,
    'cognito:username': `sub-${name}`,
    'cognito:groups': GROUPS[name] ?? ['uploaders'],
    origin_jti: 'made',
    username: email,
  };
  const token = (use: string) =>
    `${encoded({ alg: 'none' })}.${encoded({ ...claims, token_use: use })}.made`;
  return {
    AuthenticationResult: {
      IdToken: token('id'),
      AccessToken: token('access'),
      RefreshToken: encoded({ email, generation }),
      ExpiresIn: LIFETIME,
      TokenType: 'Bearer',
    },
    ChallengeParameters: {},
  };
}

const refusal = (type: string, message: string): Answer => ({
  status: 400,
  body: { __type: type, message },
});

/** The e-mail address in a token that this mock made and that still holds; null otherwise. */
export function emailIn(token: string | undefined): string | null {
  try {
    const claims = JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString());
    return claims.generation === generation ? String(claims.email) : null;
  } catch {
    return null; // no token of ours
  }
}

function challenge(name: string, email: string, parameters: Record<string, string> = {}): Answer {
  return {
    status: 200,
    body: { ChallengeName: name, Session: email, ChallengeParameters: parameters },
  };
}

function afterPassword(email: string): Answer {
  const name = email.split('@')[0];
  if (name === 'wrong') return refusal('NotAuthorizedException', 'Incorrect username or password.');
  if (name === 'new')
    return challenge('NEW_PASSWORD_REQUIRED', email, {
      requiredAttributes: '[]',
      userAttributes: '{}',
    });
  if (name === 'totp') return challenge('SOFTWARE_TOKEN_MFA', email);
  if (name === 'setup')
    return challenge('MFA_SETUP', email, { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' });
  return { status: 200, body: tokens(email) };
}

/** Answers an action of cognito-idp. */
export function cognito(action: string, asked: Record<string, unknown>): Answer {
  const parameters = (asked.AuthParameters ?? asked.ChallengeResponses ?? {}) as Record<
    string,
    string
  >;
  const email = String(asked.Session ?? parameters.USERNAME ?? '');
  switch (action) {
    case 'InitiateAuth':
      return challenge('PASSWORD_VERIFIER', parameters.USERNAME ?? '', {
        SALT: '1a2b3c',
        SRP_B: '2',
        SECRET_BLOCK: 'bWFkZQ==',
        USERNAME: parameters.USERNAME ?? '',
        USER_ID_FOR_SRP: parameters.USERNAME ?? '',
      });
    case 'RespondToAuthChallenge':
      if (asked.ChallengeName === 'PASSWORD_VERIFIER') return afterPassword(email);
      if (parameters.SOFTWARE_TOKEN_MFA_CODE === '000000')
        return refusal('CodeMismatchException', 'Invalid code');
      return { status: 200, body: tokens(email.replace(/^(new|totp|setup)@/, 'uploader@')) };
    case 'GetTokensFromRefreshToken': {
      const kept = JSON.parse(Buffer.from(String(asked.RefreshToken), 'base64url').toString());
      if (kept.generation !== generation)
        return refusal('NotAuthorizedException', 'Refresh Token has been revoked');
      return { status: 200, body: tokens(kept.email) };
    }
    case 'AssociateSoftwareToken':
      return {
        status: 200,
        body: { SecretCode: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', Session: asked.Session },
      };
    case 'VerifySoftwareToken':
      if (asked.UserCode === '000000')
        return refusal('EnableSoftwareTokenMFAException', 'Code mismatch');
      return { status: 200, body: { Status: 'SUCCESS', Session: asked.Session } };
    case 'ForgotPassword':
      return {
        status: 200,
        body: { CodeDeliveryDetails: { DeliveryMedium: 'EMAIL', Destination: 'e***' } },
      };
    case 'GetUser':
      return {
        status: 200,
        body: { Username: 'made', UserAttributes: [], UserMFASettingList: [] },
      };
    default:
      return { status: 200, body: {} };
  }
}
