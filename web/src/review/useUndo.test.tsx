// @vitest-environment jsdom
import { act, renderHook, waitFor } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import {
  EMPTY_QUEUE,
  image,
  problem,
  queueOf,
  review,
  somebody,
  summary,
  type Answer,
} from './testing';
import { afterDecision, afterLostDecision, type Work } from './order';
import { useReviews } from './useReviews';
import { useUndo } from './useUndo';
import { useWork } from './useWork';

const UNDO = '/reviews/a/undo';
const decided = (work: Work) => afterDecision(work, 'a', 1);

/** Changes the work that pages share, and waits until it is shown: the queries tell of it later. */
async function change(shared: () => ReturnType<typeof useWork>, make: (work: Work) => Work) {
  const [before, set] = shared();
  act(() => set(make));
  await waitFor(() => expect(shared()[0]).not.toBe(before));
}

type Shown = ReturnType<typeof image> | null;

function show(answers: Answer[], first: Shown = null, get: (path: string) => Answer = () => null) {
  const left = [...answers];
  const who = somebody(({ method, path }) =>
    method === 'GET' ? (get(path) ?? EMPTY_QUEUE) : (left.shift() ?? null),
  );
  const hooks = renderHook(
    (shown: Shown) => ({ undoing: useUndo(shown), queue: useReviews(), work: useWork() }),
    { wrapper: who.wrapper, initialProps: first },
  );
  const now = () => hooks.result.current;
  return { ...who, now, become: hooks.rerender };
}

test('undo names the decision that it takes back', async () => {
  const { now, to } = show([{ status: 200, body: { number: 2 } }]);
  expect(now().undoing.canUndo).toBe(false);
  await change(() => now().work, decided);
  act(() => now().undoing.undo());
  await waitFor(() => expect(window.location.pathname).toBe('/review/a'));
  expect(to('POST', UNDO).map(({ body }) => body)).toEqual([{ seen: 1 }]);
  await waitFor(() => expect(now().undoing.canUndo).toBe(false));
});

test.each([
  [404, 'There is no image a in review.'],
  [409, 'Image a was decided meanwhile: corrected by ruth@example.com; look again.'],
])('what is not hers any more (%d) is said, and not tried again', async (status, detail) => {
  const { now } = show([problem(status, detail)]);
  await change(
    () => now().work,
    (work) => decided(afterDecision(work, 'b', 4)),
  );
  act(() => now().undoing.undo());
  await waitFor(() => expect(now().undoing.failed?.error.message).toBe(detail));
  expect(now().undoing.failed?.id).toBe('a');
  expect(now().work[0].decided).toEqual([{ id: 'b', number: 4 }]);
  expect(window.location.pathname).toBe('/');
});

test('an answer that was lost is asked for again, with the same number', async () => {
  const { now, to } = show([null, { status: 200, body: { number: 2 } }]);
  await change(() => now().work, decided);
  act(() => now().undoing.undo());
  await waitFor(() => expect(now().undoing.failed).not.toBeNull());
  act(() => now().undoing.undo());
  await waitFor(() => expect(now().work[0].decided).toEqual([]));
  expect(to('POST', UNDO).map(({ body }) => body)).toEqual([{ seen: 1 }, { seen: 1 }]);
});

describe('an answer that was lost, of an undo that was made', () => {
  const again = queueOf([summary('a', { reviews: 2 })]);
  const both = (work: Work) => decided(afterDecision(work, 'b', 4));

  test('takes nothing else back at the second press', async () => {
    let queue = EMPTY_QUEUE as Answer;
    const { now, to } = show([null, { status: 200, body: { number: 2 } }], null, () => queue);
    await waitFor(() => expect(now().queue.waiting).toBe('0'));
    await change(() => now().work, both);
    queue = again;
    act(() => now().undoing.undo());
    await waitFor(() => expect(now().undoing.failed).not.toBeNull());
    await waitFor(() => expect(now().queue.items).toHaveLength(1));
    act(() => now().undoing.undo());
    await waitFor(() => expect(now().work[0].decided).toEqual([{ id: 'b', number: 4 }]));
    expect(to('POST', UNDO).map(({ body }) => body)).toEqual([{ seen: 1 }, { seen: 1 }]);
    expect(to('POST', '/reviews/b/undo')).toEqual([]);
  });

  test('nor on the page of the image, which waits again by then', async () => {
    const done = image('a', { status: 'done', reviews: 1, review: review('approve', 'ruth') });
    const { now, to, become } = show([null, { status: 200, body: { number: 2 } }], done);
    await change(
      () => now().work,
      (work) => afterDecision(work, 'b', 4),
    );
    act(() => now().undoing.undo());
    await waitFor(() => expect(now().undoing.failed).not.toBeNull());
    become(image('a', { reviews: 2 }));
    act(() => now().undoing.undo());
    await waitFor(() => expect(to('POST', UNDO)).toHaveLength(2));
    await waitFor(() => expect(now().undoing.failed).toBeNull());
    expect(to('POST', UNDO).map(({ body }) => body)).toEqual([{ seen: 1 }, { seen: 1 }]);
    expect(to('POST', '/reviews/b/undo')).toEqual([]);
  });
});

describe('a decision of which no answer came', () => {
  const unsure = (work: Work) => afterLostDecision(afterDecision(work, 'b', 4), 'a', 1);
  const historyOf = (by: string, decision = 'approve'): Answer => ({
    status: 200,
    body: { items: [{ number: 1, by, decision }] },
  });
  const RITA = historyOf('rita@example.com');
  const only = (answer: () => Answer | undefined) => (path: string) =>
    path === '/reviews/a/history' ? (answer() ?? problem(500, 'Asked too often.')) : null;

  test('is taken back before others, if it was made', async () => {
    const { now, to } = show(
      [{ status: 200, body: { number: 2 } }],
      null,
      only(() => RITA),
    );
    await change(() => now().work, unsure);
    act(() => now().undoing.undo());
    await waitFor(() => expect(now().work[0].decided).toEqual([{ id: 'b', number: 4 }]));
    expect(to('POST', UNDO).map(({ body }) => body)).toEqual([{ seen: 1 }]);
  });

  test.each([
    ['nobody decided', { status: 200, body: { items: [] } }],
    ['somebody else did', historyOf('ruth@example.com')],
    ['she took back another', historyOf('rita@example.com', 'undo')],
  ])('is nothing to take back where %s', async (_, found) => {
    const { now, asked } = show(
      [],
      null,
      only(() => found),
    );
    await change(() => now().work, unsure);
    act(() => now().undoing.undo());
    await waitFor(() =>
      expect(now().undoing.failed?.error.message).toContain('no decision of yours'),
    );
    expect(now().work[0].decided).toEqual([{ id: 'b', number: 4 }]);
    expect(asked.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('is looked for again when that cannot be known either', async () => {
    const found = [problem(503, 'Busy.'), RITA];
    const { now, to } = show(
      [null, { status: 200, body: { number: 2 } }],
      null,
      only(() => found.shift()),
    );
    await change(() => now().work, unsure);
    const undo = () => act(() => now().undoing.undo());
    const said = () => now().undoing.failed?.error.message;
    undo();
    await waitFor(() => expect(said()).toBe('Busy.'));
    expect(to('POST', UNDO)).toHaveLength(0);
    undo();
    await waitFor(() => expect(said()).toContain('could not be reached'));
    expect(to('POST', UNDO)).toHaveLength(1);
    undo();
    await waitFor(() => expect(now().work[0].decided).toEqual([{ id: 'b', number: 4 }]));
    expect(to('POST', UNDO)).toHaveLength(2);
  });
});

describe('on an image that is shown', () => {
  const done = image('c', { status: 'done', reviews: 3, review: review('approve', 'ruth') });

  test('its own decision is taken back, as it was seen', async () => {
    const { now, to } = show([{ status: 200, body: { number: 4 } }], done);
    await change(() => now().work, decided);
    act(() => now().undoing.undo());
    await waitFor(() => expect(to('POST', '/reviews/c/undo')).toHaveLength(1));
    expect(to('POST', '/reviews/c/undo')[0]?.body).toEqual({ seen: 3 });
    expect(to('POST', UNDO)).toHaveLength(0);
    expect(now().work[0].decided).toEqual([{ id: 'a', number: 1 }]);
  });

  test('that nobody decided on, it is the last of all', async () => {
    const { now, to } = show([{ status: 200, body: { number: 2 } }], image('c'));
    await change(() => now().work, decided);
    act(() => now().undoing.undo());
    await waitFor(() => expect(to('POST', UNDO)).toHaveLength(1));
  });
});

test('whoever went somewhere else meanwhile stays there', async () => {
  const { now } = show([{ status: 200, body: { number: 2 } }]);
  await change(() => now().work, decided);
  act(() => now().undoing.undo());
  window.history.replaceState(null, '', '/gallery');
  await waitFor(() => expect(now().work[0].decided).toEqual([]));
  expect(window.location.pathname).toBe('/gallery');
});

describe('decisions outlive a reload of the tab', () => {
  const reload = (sub: string) => {
    const who = somebody(() => EMPTY_QUEUE, { sub });
    return renderHook(() => useWork(), { wrapper: who.wrapper }).result;
  };

  test('for who made them', async () => {
    const before = reload('rita');
    await change(() => before.current, decided);
    expect(reload('rita').current[0].decided).toEqual([{ id: 'a', number: 1 }]);
    expect(reload('ruth').current[0].decided).toEqual([]);
  });

  test('and nothing is left of those that are taken back', async () => {
    const before = reload('rita');
    await change(() => before.current, decided);
    await change(
      () => before.current,
      (work) => ({ ...work, decided: [] }),
    );
    expect(sessionStorage.length).toBe(0);
    sessionStorage.setItem('sightline.decided', '{"sub":"rita","decided":[{"id":1},null,"x"]}');
    expect(reload('rita').current[0].decided).toEqual([]);
  });
});
