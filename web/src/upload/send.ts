import { SendError } from './retry';

export interface Form {
  url: string;
  fields: Record<string, string>;
}

/** Milliseconds without a byte more, or without S3's answer to the last one. */
export const STILL = 30_000;
/** The last bytes may stand in the sender's own buffers for a while on a slow line. */
export const STILL_AT_END = 60_000;

/** What S3 says in its XML, as a sentence. */
export function refusalOf(status: number, body: string): SendError {
  const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? '';
  const sentences: Record<string, string> = {
    EntityTooLarge: 'The file is larger than it said, so it was not taken.',
    EntityTooSmall: 'The file is empty.',
    AccessDenied: 'The place for this file is no longer open.',
    RequestTimeout: 'The connection is too slow.',
  };
  const sentence = sentences[code] ?? `The file was not taken (${code || status}).`;
  // S3 answers 400 when a connection stood still; that is worth another attempt.
  return new SendError(code === 'RequestTimeout' ? 0 : status, sentence);
}

/** Sends a file by S3's form; XMLHttpRequest, since fetch tells nothing of progress. */
export function sendFile(
  form: Form,
  file: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
    body.append('file', file); // S3 ignores what comes after it
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isStill = false;
    const wait = (milliseconds: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        isStill = true;
        request.abort();
      }, milliseconds);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      wait(loaded < total ? STILL : STILL_AT_END);
      onSent(Math.min(loaded, file.size));
    };
    request.onload = () =>
      request.status >= 200 && request.status < 300
        ? resolve()
        : reject(refusalOf(request.status, request.responseText));
    request.onerror = () => reject(new SendError(0, 'The connection broke.'));
    request.onabort = () =>
      reject(isStill ? new SendError(0, 'The connection stood still.') : (signal.reason as Error));
    request.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    signal.addEventListener('abort', abort, { once: true });
    request.open('POST', form.url);
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    wait(STILL);
    request.send(body);
  });
}
