// @vitest-environment jsdom
import { focusManager, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import '../testing';
import { ApiContext } from '../api/ApiContext';
import type { Api } from '../api/client';
import { ApiError } from '../api/problem';
import type { Session } from '../auth/session';
import { SessionContext } from '../auth/SessionContext';
import { AnnouncerProvider } from '../common/announcer';
import { stableLinks } from '../common/links';
import { saveAs } from '../common/save';
import ImagePage from './ImagePage';

vi.mock('../common/save', () => ({ saveAs: vi.fn() }));

const IMAGE = {
  id: 'i',
  task_id: 't',
  name: 'samples/2026/cat.jpg',
  status: 'done',
  reason: null as string | null,
  received_at: '2026-11-21T10:00:00Z',
  finished_at: null,
  reviews: 0,
  owner: { id: 's', yours: true },
  source: { bucket: 'b', key: 'samples/2026/cat.jpg' },
  image: null,
  labels: [],
  text: [],
  properties: null,
  models: {},
  paid: [],
  events: [],
  links: { original: null, preview: '/preview', processed: null, thumbnail: null },
};
type Shown = typeof IMAGE;
const GONE = new ApiError(404, 'there is no image i that you may see');
const STATE = {
  kind: 'signed-in',
  identity: { sub: 's', email: 'a@b.c', groups: ['uploaders'] },
} as const;
const SESSION = {
  state: () => STATE,
  subscribe: () => () => undefined,
} as unknown as Session;

const after = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));
const newClient = () => new QueryClient({ defaultOptions: { queries: { retry: false } } });

async function show(
  result: () => Partial<Shown>,
  { client = newClient(), remove = async () => undefined as unknown } = {},
) {
  const api = {
    result: vi.fn(async () => ({ ...IMAGE, ...result() })),
    remove: vi.fn(remove),
    document: vi.fn(async () => '{"confidence": 99.0}'),
  };
  const page = render(
    <QueryClientProvider client={client}>
      <SessionContext value={SESSION}>
        <ApiContext value={api as unknown as Api}>
          <AnnouncerProvider>
            <ImagePage id="i" />
          </AnnouncerProvider>
        </ApiContext>
      </SessionContext>
    </QueryClientProvider>,
  );
  await after(10);
  return { api, client, page };
}
const press = async (testId: string) => {
  fireEvent.click(screen.getByTestId(testId));
  await after(10);
};

beforeEach(() => {
  vi.useFakeTimers();
  window.history.replaceState(null, '', '/images/i');
  stableLinks.clear();
});
afterEach(() => {
  focusManager.setFocused(undefined);
  vi.useRealTimers();
});

test('an image that somebody deletes while it is shown goes from the screen', async () => {
  let deleted = false;
  const { api } = await show(() => {
    if (deleted) throw GONE;
    return {};
  });
  deleted = true;
  await after(61_000);
  expect(screen.getByTestId('error').textContent).toContain('It has been deleted');
  expect(screen.queryByTestId('picture')).toBeNull();
  expect(screen.queryByTestId('delete')).toBeNull();
  const asked = api.result.mock.calls.length;
  await after(600_000);
  expect(api.result).toHaveBeenCalledTimes(asked);
});

test('one that cannot be looked at anew stays, and that is said', async () => {
  let works = true;
  await show(() => {
    if (!works) throw new ApiError(503, 'Later.');
    return {};
  });
  works = false;
  await after(61_000);
  expect(screen.getByTestId('stale')).toBeTruthy();
  expect(screen.getByTestId('picture')).toBeTruthy();
  works = true;
  await after(61_000);
  expect(screen.queryByTestId('stale')).toBeNull();
});

test('nothing of a deleted image is left for the way back', async () => {
  let deleted = false;
  const client = newClient();
  const LIST = ['results', {}, 'pages'];
  client.setQueryData(LIST, { pages: [{ items: [IMAGE, { id: 'other', task_id: null }] }] });
  client.setQueryData(['result', 't'], IMAGE);
  client.setQueryData(['history', 'i', 1], { items: [] });
  const result = () => {
    if (deleted) throw GONE;
    return {};
  };
  const { api, page } = await show(result, { client, remove: async () => (deleted = true) });
  await press('delete');
  await press('delete-confirm');
  expect(window.location.pathname).toBe('/gallery');
  page.unmount();
  for (const key of [['result', 'i'], ['result', 't'], ['history']]) {
    expect(client.getQueriesData({ queryKey: key })).toEqual([]);
  }
  expect(client.getQueryData(LIST)).toMatchObject({ pages: [{ items: [{ id: 'other' }] }] });
  expect(api.result).toHaveBeenCalledOnce();

  await show(result, { client });
  expect(screen.getByTestId('error')).toBeTruthy();
  expect(screen.queryByText('cat.jpg')).toBeNull();
});

test.each([
  [409, 'image i is being worked on'],
  [503, 'Try again in a minute.'],
])('a deletion that is answered %d is repeated, and that is said', async (status, words) => {
  let answers = 0;
  const { api } = await show(() => ({ status: 'received' }), {
    remove: async () => {
      answers += 1;
      if (answers < 3) throw new ApiError(status, words);
    },
  });
  await press('delete');
  await press('delete-confirm');
  expect(screen.getByTestId('delete-waits').textContent).toMatch(/^[A-Z].* tried again by itself/);
  await after(4_000);
  expect(api.remove).toHaveBeenCalledTimes(3);
  expect(window.location.pathname).toBe('/gallery');
});

test('but not for ever; then people are told what to do', async () => {
  const { api } = await show(() => ({}), {
    remove: async () => Promise.reject(new ApiError(409, 'image i is being worked on')),
  });
  await press('delete');
  await press('delete-confirm');
  await after(60_000);
  expect(api.remove).toHaveBeenCalledTimes(6);
  const told = screen.getByTestId('not-deleted').textContent;
  expect(told).toContain('Image i is being worked on.');
  expect(told).toContain('Press Delete again');
});

test('what may not be deleted is not tried again; what is gone already is deleted', async () => {
  let status = 403;
  const { api } = await show(() => ({}), {
    remove: async () => Promise.reject(new ApiError(status, 'No.')),
  });
  await press('delete');
  await press('delete-confirm');
  await after(60_000);
  expect(api.remove).toHaveBeenCalledOnce();
  status = 404;
  await press('delete-confirm');
  expect(window.location.pathname).toBe('/gallery');
  await after(100);
  expect(screen.getByTestId('announcer').textContent).toBe('cat.jpg is not there any more.');
});

test('who closes the dialog meanwhile is told that it was not deleted', async () => {
  await show(() => ({}), {
    remove: async () => Promise.reject(new ApiError(503, 'not now')),
  });
  // It stays in the document when it is closed.
  const isOpen = () => !screen.getByRole('dialog').closest('[class*="awsui_hidden"]');
  await press('delete');
  await press('delete-confirm');
  expect(isOpen()).toBe(true);
  fireEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(isOpen()).toBe(false);
  await after(60_000);
  expect(isOpen()).toBe(true);
  expect(screen.getByTestId('announcer').textContent).toBe('cat.jpg was not deleted. Not now.');
  expect(screen.getByTestId('not-deleted')).toBeTruthy();
});

test.each(['awaiting_upload', 'received', 'on_hold', 'done'])(
  'one that is %s may be deleted',
  async (status) => {
    await show(() => ({ status }));
    expect(screen.getByTestId('delete')).toBeTruthy();
  },
);

test('a picture that never loads is asked for a few times only', async () => {
  let signed = 0;
  const { api } = await show(() => {
    signed += 1;
    return { links: { ...IMAGE.links, preview: `/preview?${signed}` } };
  });
  for (let times = 0; times < 5; times += 1) {
    const picture = screen.queryByAltText('The image cat.jpg');
    if (picture) fireEvent.error(picture);
    await after(1_000);
  }
  expect(api.result).toHaveBeenCalledTimes(2);
});

test('the full result is fetched as it is, and saved under the short name', async () => {
  await show(() => ({}));
  await press('download-json');
  expect(saveAs).toHaveBeenCalledWith('cat.jpg.json', '{"confidence": 99.0}', 'application/json');
});

test('a key is shown in short and in full, a reason as a sentence', async () => {
  await show(() => ({ status: 'failed', reason: 'image file is truncated' }));
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('cat.jpg');
  expect(screen.getByRole('heading', { level: 1 }).title).toBe(IMAGE.name);
  expect(screen.getByTestId('reason').textContent).toContain('Image file is truncated.');
  fireEvent.click(screen.getByRole('tab', { name: 'Facts' }));
  expect(screen.getByTestId('facts').textContent).toContain(`Key${IMAGE.name}`);
  // Which the API says to admins only.
  expect(screen.getByTestId('facts').textContent).not.toContain('Paid');
});
