// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import '../testing';
import { ApiContext } from '../api/ApiContext';
import type { Api, ResultsQuery } from '../api/client';
import { ApiError } from '../api/problem';
import GalleryPage from './GalleryPage';

const item = (id: string) => ({
  id,
  task_id: null,
  name: `${id}.jpg`,
  status: 'done',
  received_at: null,
  labels: [],
  text: [],
  reason: null,
  links: { thumbnail: null },
});

function show(results: (query: ResultsQuery) => Promise<unknown>) {
  const api = { results: vi.fn(results) };
  render(
    <QueryClientProvider
      client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}
    >
      <ApiContext value={api as unknown as Api}>
        <GalleryPage />
      </ApiContext>
    </QueryClientProvider>,
  );
  return { api, user: userEvent.setup() };
}
const names = () =>
  screen.getAllByTestId('image-card').map((card) => card.querySelector('.card-name')?.textContent);

beforeEach(() => window.history.replaceState(null, '', '/gallery'));

test('the address is the search', async () => {
  window.history.replaceState(null, '', '/gallery?text=parking&status=done');
  const { api } = show(async () => ({ items: [item('a')], next: null }));
  await screen.findByText('a.jpg');
  expect(api.results.mock.calls[0]?.[0]).toMatchObject({ text: 'parking', status: 'done' });
  expect((screen.getByLabelText('Text on the image') as HTMLInputElement).value).toBe('parking');
});

test('a search becomes the address', async () => {
  const { api, user } = show(async () => ({ items: [item('a')], next: null }));
  await screen.findByText('a.jpg');
  await user.type(screen.getByLabelText('Label'), 'Car{Enter}');
  expect(window.location.search).toBe('?label=Car');
  await waitFor(() => expect(api.results.mock.calls.at(-1)?.[0]).toMatchObject({ label: 'Car' }));
});

test('a typed day is searched for once, when it is there', async () => {
  const { api, user } = show(async () => ({ items: [item('a')], next: null }));
  await screen.findByText('a.jpg');
  const before = window.history.length;
  const field = screen.getByLabelText('From');
  field.focus();
  for (const year of ['0002', '0020', '0202', '2026']) {
    fireEvent.keyDown(field, { key: year.at(-1) });
    fireEvent.change(field, { target: { value: `${year}-11-21` } });
  }
  expect(window.location.search).toBe('');
  await user.tab();
  expect(window.location.search).toBe('?since=2026-11-21');
  expect(window.history.length).toBe(before + 1);
  await waitFor(() =>
    expect(api.results.mock.calls.at(-1)?.[0].since).toBe(new Date(2026, 10, 21).toISOString()),
  );
});

test('nor is one that is not whole', async () => {
  const { user } = show(async () => ({ items: [item('a')], next: null }));
  await screen.findByText('a.jpg');
  const field = screen.getByLabelText('From');
  field.focus();
  fireEvent.keyDown(field, { key: '2' });
  fireEvent.change(field, { target: { value: '0202-11-21' } });
  await user.tab();
  expect(window.location.search).toBe('');
});

test('a day of the calendar is searched for at once', async () => {
  show(async () => ({ items: [item('a')], next: null }));
  await screen.findByText('a.jpg');
  fireEvent.change(screen.getByLabelText('To'), { target: { value: '2026-11-21' } });
  expect(window.location.search).toBe('?until=2026-11-21');
});

test('empty pages that have a next one are followed by themselves', async () => {
  const { api } = show(async ({ cursor }) =>
    cursor === '2' ? { items: [item('a')], next: null } : { items: [], next: cursor ? '2' : '1' },
  );
  await screen.findByText('a.jpg');
  expect(api.results.mock.calls.map(([query]) => query.cursor)).toEqual(
    expect.arrayContaining([undefined, '1', '2']),
  );
});

test('but not for ever: then people are asked', async () => {
  const { api } = show(async ({ cursor }) => ({
    items: [],
    next: String(Number(cursor ?? 0) + 1),
  }));
  expect(await screen.findByText('Nothing found so far: search further back')).toBeDefined();
  expect(api.results.mock.calls.length).toBeLessThanOrEqual(8);
});

test('more comes below, each image once', async () => {
  const first = Array.from({ length: 24 }, (_, index) => item(`a${index}`));
  const { user } = show(async ({ cursor }) =>
    cursor ? { items: [item('a23'), item('b')], next: null } : { items: first, next: 'x' },
  );
  await user.click(await screen.findByTestId('load-more'));
  await screen.findByText('b.jpg');
  expect(names()).toHaveLength(25);
});

test('nothing at all, nothing found, and an error each say what to do', async () => {
  const { user } = show(async ({ text }) => {
    if (text === 'broken') throw new ApiError(503, 'Try again in a minute.');
    return { items: [], next: null };
  });
  await screen.findByText('There are no images yet');
  await user.type(screen.getByLabelText('Text on the image'), 'zebra{Enter}');
  await screen.findByText('No image fits your search');
  await user.clear(screen.getByLabelText('Text on the image'));
  await user.type(screen.getByLabelText('Text on the image'), 'broken{Enter}');
  expect((await screen.findByTestId('error')).textContent).toContain('Try again in a minute.');
});
