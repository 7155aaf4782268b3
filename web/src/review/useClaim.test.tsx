// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, test, vi } from 'vitest';
import '../testing';
import { ApiContext } from '../api/ApiContext';
import type { Api } from '../api/client';
import { useClaim } from './useClaim';

function show(claim: () => Promise<unknown>, wanted = true) {
  const api = { claim: vi.fn(claim), release: vi.fn(async () => undefined) };
  const queries = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>
      <ApiContext value={api as unknown as Api}>{children}</ApiContext>
    </QueryClientProvider>
  );
  return { api, ...renderHook(() => useClaim('a', wanted), { wrapper }) };
}
const until = () => new Date(Date.now() + 600_000).toISOString();

test('an image is claimed when it is opened, and given back when it is left', async () => {
  const { api, result, unmount } = show(async () => ({ until: until() }));
  await waitFor(() => expect(result.current.claim.isSuccess).toBe(true));
  unmount();
  expect(api.claim).toHaveBeenCalledExactlyOnceWith('a');
  expect(api.release).toHaveBeenCalledExactlyOnceWith('a');
});

test('also when the page is closed, and only once', async () => {
  const { api, result, unmount } = show(async () => ({ until: until() }));
  await waitFor(() => expect(result.current.claim.isSuccess).toBe(true));
  window.dispatchEvent(new Event('pagehide'));
  unmount();
  expect(api.release).toHaveBeenCalledOnce();
});

test('a claim that is answered after the image was left is given back', async () => {
  let answer: (claim: unknown) => void = () => undefined;
  const { api, unmount } = show(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  await waitFor(() => expect(api.claim).toHaveBeenCalled());
  unmount();
  expect(api.release).not.toHaveBeenCalled();
  answer({ until: until() });
  await waitFor(() => expect(api.release).toHaveBeenCalledOnce());
});

test('after a decision, or without a claim, there is nothing to give back', async () => {
  const decided = show(async () => ({ until: until() }));
  await waitFor(() => expect(decided.result.current.claim.isSuccess).toBe(true));
  decided.result.current.ended();
  decided.unmount();
  const taken = show(async () => Promise.reject(new Error('taken')));
  await waitFor(() => expect(taken.result.current.claim.isError).toBe(true));
  taken.unmount();
  const unwanted = show(async () => ({ until: until() }), false);
  unwanted.unmount();
  expect(decided.api.release).not.toHaveBeenCalled();
  expect(taken.api.release).not.toHaveBeenCalled();
  expect(unwanted.api.claim).not.toHaveBeenCalled();
});
