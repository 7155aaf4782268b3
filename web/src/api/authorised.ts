import { SessionOverError } from './problem';

/** Where tokens come from; `renew` asks for a new one even if the old one seems to hold. */
export interface TokenSource {
  token(options?: { renew?: boolean }): Promise<string>;
  /** Called when not even a new token was accepted. */
  over(): void;
}

type Send = (request: Request) => Promise<Response>;

/** Sends requests with the ID token; one that is refused is sent once more with a new token. */
export function authorised(tokens: TokenSource, send: Send): Send {
  const sendWith = (request: Request, token: string) => {
    request.headers.set('Authorization', token);
    return send(request);
  };
  return async (request) => {
    const again = request.clone();
    const answer = await sendWith(request, await tokens.token());
    if (answer.status !== 401) return answer;
    const second = await sendWith(again, await tokens.token({ renew: true }));
    if (second.status !== 401) return second;
    tokens.over();
    throw new SessionOverError();
  };
}
