// @vitest-environment jsdom
import { focusManager, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import '../testing';
import { ApiContext } from '../api/ApiContext';
import type { Api, ResultsQuery } from '../api/client';
import { ApiError } from '../api/problem';
import { stableLinks } from '../common/links';
import type { UploadQueue } from '../upload/queue';
import { UploadsContext } from '../upload/UploadsContext';
import GalleryPage from './GalleryPage';

const item = (id: string, status = 'done', thumbnail: string | null = null) => ({
  id,
  task_id: null,
  name: `${id}.jpg`,
  status,
  received_at: null,
  labels: [],
  text: [],
  reason: null,
  links: { thumbnail },
});
const after = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));
const shown = () =>
  screen
    .queryAllByTestId('image-card')
    .map((card) => `${card.querySelector('.card-name')?.textContent} ${card.dataset.status}`);

async function show(results: (query: ResultsQuery) => unknown, uploads: UploadQueue | null = null) {
  const api = { results: vi.fn(async (query: ResultsQuery) => results(query)) };
  render(
    <QueryClientProvider
      client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}
    >
      <ApiContext value={api as unknown as Api}>
        <UploadsContext value={uploads}>
          <GalleryPage />
        </UploadsContext>
      </ApiContext>
    </QueryClientProvider>,
  );
  await after(10);
  return api.results;
}

beforeEach(() => {
  vi.useFakeTimers();
  window.history.replaceState(null, '', '/gallery');
  stableLinks.clear();
});
afterEach(() => {
  focusManager.setFocused(undefined);
  vi.useRealTimers();
});

const many = (count: number) => Array.from({ length: count }, (_, index) => item(`a${index}`));

test('images further down get further by themselves, too', async () => {
  let status = 'received';
  const results = await show(({ cursor }) =>
    cursor ? { items: [item('old', status)], next: null } : { items: many(24), next: 'x' },
  );
  fireEvent.click(screen.getByTestId('load-more'));
  await after(10);
  expect(shown().at(-1)).toBe('old.jpg received');
  status = 'done';
  await after(5_100);
  expect(shown().at(-1)).toBe('old.jpg done');
  expect(shown()).toHaveLength(25);
  // Now that all have ended, there is less to see.
  const asked = results.mock.calls.length;
  await after(20_000);
  expect(results.mock.calls).toHaveLength(asked);
});

test('what no longer fits the search goes, on each page', async () => {
  window.history.replaceState(null, '', '/gallery?status=in_review');
  let decided = false;
  await show(({ cursor }) => {
    if (cursor) return { items: decided ? [] : [item('c', 'in_review')], next: null };
    return { items: decided ? [item('b', 'in_review')] : [item('a', 'in_review')], next: 'x' };
  });
  expect(shown()).toEqual(['a.jpg in_review', 'c.jpg in_review']);
  decided = true;
  await after(31_000);
  expect(shown()).toEqual(['b.jpg in_review']);
});

test('more new images than a page has are shown, and nothing is loaded from its start', async () => {
  let items = many(24);
  await show(() => ({ items, next: null }));
  const gallery = screen.getByTestId('gallery');
  items = Array.from({ length: 30 }, (_, index) => item(`new${index}`));
  await after(31_000);
  expect(shown()).toHaveLength(30);
  expect(screen.getByTestId('gallery')).toBe(gallery);
});

test('a picture that does not load resets nothing, and is asked for a few times only', async () => {
  let signed = 0;
  const results = await show(() => {
    signed += 1;
    return { items: [item('a', 'done', `/a?${signed}`), item('b')], next: null };
  });
  const card = screen.getAllByTestId('image-card')[0] as HTMLElement;
  const picture = () => card.querySelector('img');
  fireEvent.error(picture() as HTMLElement);
  await after(10);
  expect(results).toHaveBeenCalledTimes(2);
  fireEvent.error(picture() as HTMLElement);
  await after(10);
  expect(results).toHaveBeenCalledTimes(2);
  expect(card.textContent).toContain('The picture did not load');
  expect(screen.getAllByTestId('image-card')[0]).toBe(card);
});

test('a hidden page asks for nothing, and is up to date as soon as it is shown again', async () => {
  const results = await show(() => ({ items: [item('a', 'received')], next: null }));
  focusManager.setFocused(false);
  await after(120_000);
  expect(results).toHaveBeenCalledTimes(1);
  focusManager.setFocused(true);
  await after(10);
  expect(results).toHaveBeenCalledTimes(2);
});

test('while files of this page are on their way it is looked at often', async () => {
  let phase = 'sending';
  const listeners = new Set<() => void>();
  const uploads = {
    items: () => [{ phase }],
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as UploadQueue;
  const results = await show(() => ({ items: [item('a')], next: null }), uploads);
  await after(15_100);
  expect(results).toHaveBeenCalledTimes(4);
  phase = 'ended';
  act(() => listeners.forEach((listener) => listener()));
  await after(29_000);
  expect(results).toHaveBeenCalledTimes(4);
});

test('what cannot be looked at anew stays, and that is said', async () => {
  let works = true;
  await show(() => {
    if (!works) throw new ApiError(503, 'Later.');
    return { items: [item('a', 'received')], next: null };
  });
  works = false;
  await after(5_100);
  expect(screen.getByTestId('stale')).toBeTruthy();
  expect(shown()).toEqual(['a.jpg received']);
  works = true;
  await after(31_000);
  expect(screen.queryByTestId('stale')).toBeNull();
});

test('of an image of a bucket the last part of its key is shown', async () => {
  const long = { ...item('a'), name: 'samples/2026/cat.jpg', reason: 'no image' };
  await show(() => ({ items: [long], next: null }));
  expect(screen.getByText('cat.jpg').title).toBe('samples/2026/cat.jpg');
  expect(screen.getByText('No image.')).toBeTruthy();
});
