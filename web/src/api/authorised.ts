import { SessionOverError } from './problem';

/** Where tokens come from; `renew` asks for a new one even if the old one seems to hold. */
export interface TokenSource {
  token(options?: { renew?: boolean }): Promise<string>;
  /** How many sessions have ended: a request belongs to the one in which it was made. */
  ends(): number;
  /** Called when not even a new token was accepted. */
  over(): void;
}

type Send = (request: Request) => Promise<Response>;

/**
 * Milliseconds in which something has to come. API Gateway itself gives up after 29 s; a connection
 * that a change of networks left half-open would be waited for much longer.
 */
export const PATIENCE = 30_000;

/** Sends requests with the ID token; one that is refused is sent once more with a new token. */
export function authorised(tokens: TokenSource, send: Send): Send {
  const sendWith = (request: Request, token: string) => {
    request.headers.set('Authorization', token);
    return inTime(request, send);
  };
  return async (request) => {
    const again = request.clone();
    const ends = tokens.ends();
    const answer = await sendWith(request, await tokens.token());
    if (answer.status !== 401) return answer;
    // Whoever is signed in by now did not ask for it.
    if (tokens.ends() !== ends) throw new SessionOverError();
    const second = await sendWith(again, await tokens.token({ renew: true }));
    if (second.status !== 401) return second;
    tokens.over();
    throw new SessionOverError();
  };
}

/** Reads an answer whole; raises a TypeError, as fetch does without a connection, when it stops. */
async function inTime(request: Request, send: Send): Promise<Response> {
  const abort = new AbortController();
  const giveUp = () => abort.abort(request.signal.reason);
  let timer: ReturnType<typeof setTimeout> | undefined;
  // As when there is no connection.
  const late = new TypeError('No answer came in time.');
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(late), PATIENCE);
  };
  if (request.signal.aborted) giveUp();
  else request.signal.addEventListener('abort', giveUp, { once: true });
  wait();
  try {
    const answer = await send(new Request(request, { signal: abort.signal }));
    // Chromium has an empty body for 204, with which no answer can be made anew.
    if (!answer.body || answer.status === 204) return answer;
    const parts: BlobPart[] = [];
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return new Response(new Blob(parts), answer);
      parts.push(value);
      wait();
    }
  } catch (error) {
    throw abort.signal.reason === late ? late : error;
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', giveUp);
  }
}
