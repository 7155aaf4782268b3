// @vitest-environment jsdom
import { act, renderHook, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { seenOf } from './seen';
import { type Answer, ANALYSED, image, problem, queueOf, somebody, summary } from './testing';
import { useDecisions } from './useDecisions';
import { useWork } from './useWork';

const MADE: Answer = { status: 200, body: { number: 1 } };
const DECIDE = '/reviews/a/decision';

function show(decision: () => Answer | Promise<Answer>, queue: (cursor: string | null) => Answer) {
  const who = somebody(({ method, path, cursor }) => {
    if (method === 'POST') return decision();
    return path === '/reviews' ? queue(cursor) : problem(404, 'Not asked for here.');
  });
  const ended = vi.fn();
  window.history.replaceState(null, '', '/review/a');
  const shown = image('a');
  const { result } = renderHook(() => ({ ...useDecisions(shown, ended), work: useWork() }), {
    wrapper: who.wrapper,
  });
  /** Whatever was asked for has been answered. */
  const loaded = () => expect(who.queries.isFetching()).toBe(0);
  return { ...who, ended, shown, loaded, now: () => result.current };
}

test('a decision says what was seen, is kept for undo, and leads to the next image', async () => {
  const { now, shown, to, ended } = show(
    () => MADE,
    () => queueOf([summary('a'), summary('b')]),
  );
  await waitFor(() => expect(now().next).toBe('b'));
  act(() => now().decide.mutate({ decision: 'approve', ...seenOf(shown) }));
  await waitFor(() => expect(window.location.pathname).toBe('/review/b'));
  expect(to('POST', DECIDE).map(({ body }) => body)).toEqual([
    { decision: 'approve', seen: 0, seen_finished_at: ANALYSED },
  ]);
  expect(now().work[0].decided).toEqual([{ id: 'a', number: 1 }]);
  expect(ended).toHaveBeenCalledOnce();
});

test('whoever went somewhere else before the answer stays there', async () => {
  let answer: (made: Answer) => void = () => undefined;
  const { now, shown, to } = show(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
    () => queueOf([summary('b')]),
  );
  await waitFor(() => expect(now().next).toBe('b'));
  act(() => now().decide.mutate({ decision: 'approve', ...seenOf(shown) }));
  await waitFor(() => expect(to('POST', DECIDE)).toHaveLength(1));
  expect(now().busy).toBe(true);
  window.history.replaceState(null, '', '/account');
  answer(MADE);
  await waitFor(() => expect(now().work[0].decided).toHaveLength(1));
  expect(window.location.pathname).toBe('/account');
});

test('a decision that is refused is none, and the queue is looked at anew', async () => {
  const { now, shown, to, ended } = show(
    () => problem(409, 'Image a was decided meanwhile: approved by ruth; look again.'),
    () => queueOf([summary('b')]),
  );
  await waitFor(() => expect(now().next).toBe('b'));
  const before = to('GET', '/reviews').length;
  act(() => now().decide.mutate({ decision: 'approve', ...seenOf(shown) }));
  await waitFor(() => expect(now().decide.isError).toBe(true));
  await waitFor(() => expect(to('GET', '/reviews').length).toBeGreaterThan(before));
  expect(now().work[0].decided).toEqual([]);
  expect(ended).not.toHaveBeenCalled();
  expect(window.location.pathname).toBe('/review/a');
});

test('a decision of which no answer came may have been made: undo knows of it', async () => {
  const { now, shown } = show(
    () => null,
    () => queueOf([summary('a'), summary('b')]),
  );
  await waitFor(() => expect(now().next).toBe('b'));
  act(() => now().decide.mutate({ decision: 'approve', ...seenOf(shown) }));
  await waitFor(() => expect(now().decide.isError).toBe(true));
  expect(now().work[0].decided).toEqual([{ id: 'a', number: 1, unsure: 'decision' }]);
  // Or not: it may be left for later.
  act(() => now().skip());
  expect(now().work[0].skipped).toEqual(['a']);
});

test('the next image is looked for on further pages when others have those that are loaded', async () => {
  const claim = { by: 'kim', until: '', yours: false };
  const { now, loaded } = show(
    () => MADE,
    (cursor) =>
      cursor === null ? queueOf([summary('b', { claim })], 'page 2') : queueOf([summary('z')]),
  );
  await waitFor(loaded);
  act(() => now().skip());
  await waitFor(() => expect(window.location.pathname).toBe('/review/z'));
});

test('further pages are not looked at anew with each decision', async () => {
  const claim = { by: 'kim', until: '', yours: false };
  const { now, shown, to, asked, loaded } = show(
    () => MADE,
    (cursor) =>
      cursor === null ? queueOf([summary('b', { claim })], 'page 2') : queueOf([summary('z')]),
  );
  const cursors = () => asked.filter(({ path }) => path === '/reviews').map(({ cursor }) => cursor);
  await waitFor(loaded);
  expect(cursors()).toEqual([null]);
  for (const times of [1, 2]) {
    window.history.replaceState(null, '', '/review/a');
    await act(() => now().decide.mutateAsync({ decision: 'approve', ...seenOf(shown) }));
    await waitFor(loaded);
    expect(window.location.pathname).toBe('/review/z');
    expect(cursors()).toEqual(times === 1 ? [null, 'page 2', null] : [null, 'page 2', null, null]);
  }
  expect(to('POST', DECIDE)).toHaveLength(2);
});
