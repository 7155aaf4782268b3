import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { authorised, PATIENCE } from './authorised';
import { createApi } from './client';
import { ApiError, problemOf, SessionOverError, sentenceOf } from './problem';

const tokens = () => {
  const token = vi.fn(async ({ renew = false } = {}) => (renew ? 'new' : 'old'));
  return { token, over: vi.fn(), ends: vi.fn(() => 0) };
};
const request = () => new Request('http://localhost/x', { method: 'POST', body: 'body' });

describe('tokens', () => {
  test('a refused request is sent once more, whole, with a new token', async () => {
    const source = tokens();
    const seen: string[] = [];
    const send = vi.fn(async (sent: Request) => {
      seen.push(`${sent.headers.get('Authorization')} ${await sent.text()}`);
      return new Response('', { status: seen.length === 1 ? 401 : 200 });
    });
    expect((await authorised(source, send)(request())).status).toBe(200);
    expect(seen).toEqual(['old body', 'new body']);
    expect(source.over).not.toHaveBeenCalled();
  });

  test('one that was refused when somebody else had signed in is not sent as theirs', async () => {
    const source = tokens();
    const send = vi.fn(async () => {
      source.ends.mockReturnValue(1);
      return new Response('', { status: 401 });
    });
    await expect(authorised(source, send)(request())).rejects.toThrow(SessionOverError);
    expect(send).toHaveBeenCalledOnce();
    expect(source.over).not.toHaveBeenCalled();
  });

  test('when the new one is refused too, the session is over', async () => {
    const source = tokens();
    const send = async () => new Response('', { status: 401 });
    await expect(authorised(source, send)(request())).rejects.toThrow(SessionOverError);
    expect(source.over).toHaveBeenCalledOnce();
  });
});

describe('a connection that stands still', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error)),
    );

  test('is given up, as one that there is not', async () => {
    const send = ({ signal }: Request) => untilAborted(signal);
    const asked = authorised(tokens(), send)(request());
    const failed = expect(asked).rejects.toThrow(TypeError);
    await vi.advanceTimersByTimeAsync(PATIENCE);
    await failed;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('also in the middle of an answer; one that only is slow is waited for', async () => {
    let more: ReadableStreamDefaultController<Uint8Array> | undefined;
    const send = async ({ signal }: Request) => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => void (more = controller),
      });
      signal.addEventListener('abort', () => more?.error(signal.reason));
      return new Response(body, { status: 201, headers: { 'X-One': '1' } });
    };
    const slow = authorised(tokens(), send)(request());
    for (let part = 0; part < 3; part += 1) {
      await vi.advanceTimersByTimeAsync(PATIENCE - 1_000);
      more?.enqueue(new TextEncoder().encode('part '));
    }
    await vi.advanceTimersByTimeAsync(0);
    more?.close();
    const answer = await slow;
    expect([answer.status, answer.headers.get('X-One')]).toEqual([201, '1']);
    expect(await answer.text()).toBe('part part part ');

    const failed = expect(authorised(tokens(), send)(request())).rejects.toThrow(TypeError);
    await vi.advanceTimersByTimeAsync(PATIENCE + 1_000);
    await failed;
  });

  test('who goes away ends it at once, with a reason of their own', async () => {
    const abort = new AbortController();
    const asked = authorised(tokens(), ({ signal }) => untilAborted(signal))(
      new Request('http://localhost/x', { signal: abort.signal }),
    );
    const failed = expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await vi.advanceTimersByTimeAsync(10);
    abort.abort();
    await failed;
  });
});

describe('problems', () => {
  test('the detail is what people read, with each wrong value that it does not name', () => {
    const body = {
      detail: 'The request is not valid.',
      errors: [{ where: 'body.name', problem: 'too long' }],
    };
    expect(problemOf(422, body).message).toBe('The request is not valid. body.name: too long');
  });

  test.each([
    [403, { message: 'Forbidden' }],
    [401, null],
    [429, 'text'],
    [502, undefined],
  ])('an answer %d without a detail still has a sentence', (status, body) => {
    expect(problemOf(status, body).message).toMatch(/^[A-Z].*\.$/);
  });

  test('what is said of when to try again is kept, in milliseconds', () => {
    const after = (value: string) =>
      problemOf(429, {}, new Headers({ 'Retry-After': value })).retryAfter;
    expect([after('60'), after('Wed, 21 Oct 2026 07:28:00 GMT'), after('-1')]).toEqual([
      60_000, 0, 0,
    ]);
    expect(problemOf(429, {}).retryAfter).toBe(0);
  });

  test('what may pass is known', () => {
    expect([0, 429, 500, 503].every((status) => new ApiError(status, '').mayPass)).toBe(true);
    expect([400, 401, 404, 409, 422].some((status) => new ApiError(status, '').mayPass)).toBe(
      false,
    );
  });

  test('any error has a sentence', () => {
    expect(sentenceOf(new Error('Why.'))).toBe('Why.');
    expect(sentenceOf('?')).toContain('Load the page again');
  });
});

describe('the client', () => {
  afterEach(() => vi.unstubAllGlobals());
  const api = (answer: (sent: Request) => Promise<Response>) => {
    vi.stubGlobal('fetch', vi.fn(answer));
    return createApi('http://localhost/api', tokens());
  };

  test('asks with the query, without what is not set', async () => {
    const urls: string[] = [];
    const { results } = api(async (sent) => {
      urls.push(sent.url);
      return Response.json({ items: [], next: null });
    });
    expect(await results({ text: 'no parking', label: undefined, cursor: 'a+b' })).toEqual({
      items: [],
      next: null,
    });
    expect(urls).toEqual(['http://localhost/api/results?text=no%20parking&cursor=a%2Bb']);
  });

  test('an error is an ApiError with the detail', async () => {
    const { claim } = api(async () => Response.json({ detail: 'Kim has it.' }, { status: 409 }));
    await expect(claim('a')).rejects.toMatchObject({ status: 409, message: 'Kim has it.' });
  });

  test('the firewall is heard: try again in a minute', async () => {
    const { result } = api(async () =>
      Response.json(
        { status: 429, detail: 'The firewall refused this request.' },
        { status: 429, headers: { 'Retry-After': '60' } },
      ),
    );
    await expect(result('a')).rejects.toMatchObject({ mayPass: true, retryAfter: 60_000 });
  });

  test('no connection is an ApiError too, and an empty answer none', async () => {
    await expect(
      api(async () => Promise.reject(new TypeError('x'))).stats(7),
    ).rejects.toMatchObject({ status: 0 });
    await expect(
      api(async () => new Response(null, { status: 204 })).remove('a'),
    ).resolves.toBeUndefined();
  });

  test('an empty answer is read as Chromium gives it: with a body that has nothing', async () => {
    const empty = new Response(null, { status: 204 });
    Object.defineProperty(empty, 'body', { value: new Blob([]).stream() });
    await expect(api(async () => empty).remove('a')).resolves.toBeUndefined();
  });
});
