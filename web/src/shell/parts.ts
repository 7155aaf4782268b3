import { QueryClient } from '@tanstack/react-query';
import { type Api, createApi } from '../api/client';
import { ApiError, SessionOverError } from '../api/problem';
import { configureCognito, currentTokens, dropTokens, endSession } from '../auth/cognito';
import { Session } from '../auth/session';
import { stableLinks } from '../common/links';
import type { Config } from '../config/config';
import { forgetDecided } from '../review/kept';
import { UploadQueue } from '../upload/queue';
import { sendFile } from '../upload/send';

/** What lives as long as the page, above the router. */
export interface Parts {
  config: Config;
  session: Session;
  api: Api;
  queries: QueryClient;
  uploads: UploadQueue;
}

function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What was refused is refused again.
        retry: (count, error) =>
          count < 2 &&
          !(error instanceof SessionOverError) &&
          error instanceof ApiError &&
          error.mayPass,
      },
      // Without a connection it says so, instead of turning until there is one.
      mutations: { networkMode: 'always' },
    },
  });
}

export function makeParts(config: Config): Parts {
  configureCognito(config);
  const queries = makeQueries();
  const session = new Session({
    currentTokens,
    endSession,
    dropTokens,
    forget: (why) => {
      void queries.cancelQueries();
      queries.clear();
      stableLinks.clear();
      // Uploads of a session that ran out go on when the same user signs in again.
      if (why === 'over') uploads.pause();
      else {
        uploads.clear();
        forgetDecided();
      }
    },
  });
  const api = createApi(config.apiUrl, session);
  const uploads: UploadQueue = new UploadQueue({
    createTask: (request, signal) => api.upload(request, signal),
    send: sendFile,
    result: (id, signal) => api.result(id, signal),
    remove: (id) => api.remove(id),
    newest: (cursor, signal) => api.results({ limit: 100, cursor }, signal),
    limits: { maxBytes: config.maxBytes, contentTypes: config.contentTypes },
  });
  session.subscribe(() => {
    if (session.state().kind === 'signed-in') uploads.resume();
  });
  return { config, session, api, queries, uploads };
}
