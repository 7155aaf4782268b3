/**
 * What Cognito refuses, as sentences for people. None says whether an account exists, but where
 * Cognito itself tells it to everybody.
 */

const WRONG_PAIR = 'The e-mail address or the password is wrong.';

const SENTENCES: Record<string, string> = {
  NotAuthorizedException: WRONG_PAIR,
  UserNotFoundException: WRONG_PAIR,
  UserLambdaValidationException: 'Sign-in was refused. Ask an administrator.',
  PasswordResetRequiredException:
    'Your password has to be set anew: choose “Forgotten your password?”.',
  CodeMismatchException: 'The code is wrong. Look again, then type it once more.',
  EnableSoftwareTokenMFAException: 'The code is wrong. Look again, then type it once more.',
  ExpiredCodeException: 'The code is wrong or too old. Ask for a new one.',
  LimitExceededException: 'Too many attempts. Wait a few minutes, then try again.',
  TooManyRequestsException: 'Too many attempts. Wait a few minutes, then try again.',
  TooManyFailedAttemptsException: 'Too many attempts. Wait a few minutes, then try again.',
  ForbiddenException:
    'The firewall refused this: too many requests came from your network. Try again in ten minutes.',
  CodeDeliveryFailureException: 'The code could not be sent. Try again in a few minutes.',
  UsernameExistsException:
    'This e-mail address cannot be used. Sign in, or ask for a new password.',
  PasswordHistoryPolicyViolationException: 'You have had this password before. Choose another.',
  NetworkError: 'The sign-in service could not be reached. Check your connection, then try again.',
};

/** The sentence for an error of sign-in. */
export function signInSentence(error: unknown): string {
  if (!(error instanceof Error)) return 'Sign-in failed. Try again.';
  if (/attempts exceeded/i.test(error.message)) return SENTENCES.LimitExceededException as string;
  if (/temporary password/i.test(error.message)) {
    return 'The password of your invitation is too old. Ask an administrator to invite you again (`sightline users reset`).';
  }
  // Of an account whose first password was never changed.
  if (/cannot be reset/i.test(error.message)) {
    return 'No code can be sent for this account now. Sign in with the password of your invitation, or ask an administrator to invite you again (`sightline users reset`).';
  }
  if (/access token/i.test(error.message)) return 'Your session is over. Sign in again.';
  if (/session/i.test(error.message) && error.name === 'NotAuthorizedException') {
    return 'That took too long. Begin again with your e-mail address and password.';
  }
  if (error.name === 'InvalidPasswordException') {
    return `Choose a stronger password. ${error.message.replace(/^Password did not conform with policy: /, '')}`;
  }
  return SENTENCES[error.name] ?? (error.message || 'Sign-in failed. Try again.');
}
