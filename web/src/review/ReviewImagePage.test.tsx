// @vitest-environment jsdom
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Image } from '../api/types';
import ReviewImagePage from './ReviewImagePage';
import { type Answer, type Asked, image, problem, queueOf, review, somebody } from './testing';

const LINK = 'https://files.test/a.jpg';
const shown = (more: Partial<Image> = {}): Image =>
  image('a', {
    faces: [],
    moderation: [],
    properties: null,
    links: { preview: LINK, processed: null, original: null },
    ...more,
  } as Partial<Image>);
const until = '2026-11-21T10:15:00+00:00';

/** Opens the image; what is not answered here is as it should be. */
async function open(
  answer: (asked: Asked) => Answer | Promise<Answer> = () => null,
  groups?: string[],
) {
  const stock = ({ method, path }: Asked): Answer => {
    if (path === '/reviews') return queueOf([]);
    if (path.endsWith('/claim')) {
      return method === 'POST' ? { status: 200, body: { until } } : { status: 204 };
    }
    if (path.endsWith('/history')) return { status: 200, body: { items: [] } };
    return { status: 200, body: shown() };
  };
  const who = somebody((asked) => answer(asked) ?? stock(asked), groups && { groups });
  window.history.replaceState(null, '', '/review/a');
  render(<ReviewImagePage id="a" />, { wrapper: who.wrapper });
  await screen.findByTestId('approve');
  return { ...who, user: userEvent.setup() };
}
const isDisabled = (name: string) => screen.getByTestId<HTMLButtonElement>(name).disabled;
const picture = () => screen.getByAltText('The image a.jpg');

test('nobody approves what they have not seen', async () => {
  const { to } = await open();
  await waitFor(() => expect(isDisabled('correct')).toBe(false));
  expect(isDisabled('approve')).toBe(true);
  fireEvent.keyDown(document.body, { key: 'a' });
  fireEvent.load(picture());
  expect(isDisabled('approve')).toBe(false);
  expect(to('POST', '/reviews/a/decision')).toEqual([]);
  fireEvent.keyDown(document.body, { key: 'a' });
  await waitFor(() => expect(to('POST', '/reviews/a/decision')).toHaveLength(1));
});

test('without a picture a person says that it does not matter', async () => {
  const { user } = await open();
  expect(screen.queryByTestId('without-picture')).toBeNull();
  fireEvent.error(picture());
  await waitFor(() => expect(isDisabled('correct')).toBe(false));
  expect(isDisabled('approve')).toBe(true);
  await user.click(screen.getByRole('button', { name: 'Go on without it' }));
  expect(isDisabled('approve')).toBe(false);
});

test('the processed copy is not what was to be seen', async () => {
  const { user } = await open(({ path, method }) =>
    path === '/results/a' && method === 'GET'
      ? {
          status: 200,
          body: shown({
            links: { preview: LINK, processed: `${LINK}?p`, original: null },
          } as Partial<Image>),
        }
      : null,
  );
  await waitFor(() => expect(isDisabled('correct')).toBe(false));
  await user.click(screen.getByTestId('toggle-processed'));
  fireEvent.load(screen.getByAltText('The processed copy of a.jpg'));
  expect(isDisabled('approve')).toBe(true);
  fireEvent.error(screen.getByAltText('The processed copy of a.jpg'));
  expect(screen.queryByTestId('without-picture')).toBeNull();
  fireEvent.load(picture());
  expect(isDisabled('approve')).toBe(false);
});

test('nobody decides before it is known whether somebody else has the image', async () => {
  let claim: (answer: Answer) => void = () => undefined;
  const claimed = new Promise<Answer>((resolve) => {
    claim = resolve;
  });
  await open(({ method, path }) => (method === 'POST' && path.endsWith('/claim') ? claimed : null));
  fireEvent.load(picture());
  expect(isDisabled('approve')).toBe(true);
  expect(isDisabled('reject')).toBe(true);
  await act(async () => claim({ status: 200, body: { until } }));
  await waitFor(() => expect(isDisabled('approve')).toBe(false));
});

test('the reason of a rejection stays when it could not be sent', async () => {
  const answers = [problem(503, 'Sightline is busy.'), { status: 200, body: { number: 1 } }];
  const { user, to } = await open(({ path }) =>
    path.endsWith('/decision') ? (answers.shift() ?? problem(500, 'Lost.')) : null,
  );
  await waitFor(() => expect(isDisabled('reject')).toBe(false));
  await user.click(screen.getByTestId('reject'));
  await user.type(screen.getByLabelText('Reason'), 'Not a sign');
  await user.click(screen.getByTestId('reject-confirm'));
  expect((await screen.findByTestId('error')).textContent).toContain('Sightline is busy.');
  expect(screen.getByLabelText<HTMLTextAreaElement>('Reason').value).toBe('Not a sign');
  await user.click(screen.getByTestId('reject-confirm'));
  await waitFor(() => expect(window.location.pathname).toBe('/review'));
  expect(to('POST', '/reviews/a/decision').map(({ body }) => body)).toMatchObject([
    { comment: 'Not a sign', seen: 0 },
    { comment: 'Not a sign', seen: 0 },
  ]);
});

test('what somebody else decided is not rejected unseen', async () => {
  let now = shown();
  const { user, to, queries } = await open(({ path, method }) =>
    path === '/results/a' && method === 'GET' ? { status: 200, body: now } : null,
  );
  await waitFor(() => expect(isDisabled('reject')).toBe(false));
  await user.click(screen.getByTestId('reject'));
  await user.type(screen.getByLabelText('Reason'), 'Not a sign');
  now = shown({ status: 'done', reviews: 1, review: review('approve', 'ruth@example.com') });
  await act(() => queries.invalidateQueries({ queryKey: ['result'] }));
  await waitFor(() =>
    expect(screen.getByTestId('stale').textContent).toContain('Approved by ruth'),
  );
  expect(isDisabled('reject-confirm')).toBe(true);
  await user.click(screen.getByTestId('take-over-new'));
  await user.click(screen.getByTestId('reject-confirm'));
  await waitFor(() => expect(to('POST', '/reviews/a/decision')).toHaveLength(1));
  expect(to('POST', '/reviews/a/decision')[0]?.body).toMatchObject({ seen: 1 });
});

test('an image that is deleted while it is shown is shown no longer', async () => {
  let isThere = true;
  const { queries } = await open(({ path }) =>
    path === '/results/a' && !isThere ? problem(404, 'There is no image a.') : null,
  );
  isThere = false;
  await act(() => queries.invalidateQueries({ queryKey: ['result'] }));
  await screen.findByText('This image is not there');
  expect(screen.queryByTestId('approve')).toBeNull();
});

test.each([
  ['reviewers', 0],
  ['admins', 1],
])('%s may end the claim of somebody else: %d', async (group, ways) => {
  let isTaken = true;
  const { user } = await open(
    ({ path, method }) => {
      if (method === 'DELETE') isTaken = false;
      return method === 'POST' && path.endsWith('/claim') && isTaken
        ? problem(409, 'Image a is claimed by kim@example.com until later.')
        : null;
    },
    [group],
  );
  await screen.findByTestId('taken');
  expect(isDisabled('correct')).toBe(true);
  expect(screen.queryAllByTestId('take-over')).toHaveLength(ways);
  if (ways === 0) return;
  await user.click(screen.getByTestId('take-over'));
  await waitFor(() => expect(isDisabled('correct')).toBe(false));
  expect(screen.queryByTestId('taken')).toBeNull();
});

test('whoever cancels a correction is where they began it', async () => {
  const { user } = await open();
  await waitFor(() => expect(isDisabled('correct')).toBe(false));
  await user.click(screen.getByTestId('correct'));
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(document.activeElement).toBe(screen.getByTestId('correct'));
});
