import createClient from 'openapi-fetch';
import { authorised, type TokenSource } from './authorised';
import { noAnswer, problemOf, SessionOverError } from './problem';
import type { paths } from './schema';
import type { BatchRequest, DecisionRequest, UploadRequest } from './types';

export type ResultsQuery = NonNullable<paths['/results']['get']['parameters']['query']>;

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** What came back, or an ApiError with a sentence for people. */
async function answerOf<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof SessionOverError) throw error;
    // fetch throws a TypeError when no answer came, and an abort is passed on as it is.
    if (error instanceof TypeError) throw noAnswer();
    throw error;
  }
  const { ok, status, headers } = answer.response;
  if (!ok) throw problemOf(status, answer.error, headers);
  return answer.data as T;
}

/** The API, one function for each route that the console uses. */
export function createApi(baseUrl: string, tokens: TokenSource) {
  const client = createClient<paths>({
    baseUrl,
    fetch: authorised(tokens, (request) => fetch(request)),
  });
  const image = (id: string) => ({ params: { path: { id } } });
  const batch = (batch_id: string) => ({ params: { path: { batch_id } } });
  return {
    upload: (body: UploadRequest, signal?: AbortSignal) =>
      answerOf(client.POST('/upload', { body, signal: signal ?? null })),
    results: (query: ResultsQuery, signal?: AbortSignal) =>
      answerOf(client.GET('/results', { params: { query }, signal: signal ?? null })),
    result: (id: string, signal?: AbortSignal) =>
      answerOf(client.GET('/results/{id}', { ...image(id), signal: signal ?? null })),
    // As text: numbers stay written as they are.
    document: (id: string) =>
      answerOf(client.GET('/results/{id}/document', { ...image(id), parseAs: 'text' })),
    remove: (id: string) => answerOf(client.DELETE('/results/{id}', image(id))),
    reviews: (query: { limit?: number; cursor?: string | undefined }, signal?: AbortSignal) =>
      answerOf(client.GET('/reviews', { params: { query }, signal: signal ?? null })),
    claim: (id: string) => answerOf(client.POST('/reviews/{id}/claim', image(id))),
    // `keepalive`: also when the page is being closed.
    release: (id: string) =>
      answerOf(client.DELETE('/reviews/{id}/claim', { ...image(id), keepalive: true })),
    decide: (id: string, body: DecisionRequest) =>
      answerOf(client.POST('/reviews/{id}/decision', { ...image(id), body })),
    undo: (id: string, seen: number) =>
      answerOf(client.POST('/reviews/{id}/undo', { ...image(id), body: { seen } })),
    history: (id: string, signal?: AbortSignal) =>
      answerOf(client.GET('/reviews/{id}/history', { ...image(id), signal: signal ?? null })),
    batches: (signal?: AbortSignal) => answerOf(client.GET('/batches', { signal: signal ?? null })),
    batch: (id: string, signal?: AbortSignal) =>
      answerOf(client.GET('/batches/{batch_id}', { ...batch(id), signal: signal ?? null })),
    createBatch: (body: BatchRequest) => answerOf(client.POST('/batches', { body })),
    startBatch: (id: string) => answerOf(client.POST('/batches/{batch_id}/start', batch(id))),
    cancelBatch: (id: string) => answerOf(client.POST('/batches/{batch_id}/cancel', batch(id))),
    batchReport: (id: string) => answerOf(client.GET('/batches/{batch_id}/report', batch(id))),
    stats: (days: number, signal?: AbortSignal) =>
      answerOf(client.GET('/stats', { params: { query: { days } }, signal: signal ?? null })),
  };
}

export type Api = ReturnType<typeof createApi>;
