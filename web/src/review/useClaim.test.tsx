// @vitest-environment jsdom
import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Answer, problem, somebody } from './testing';
import { useClaim } from './useClaim';

const CLAIM = '/reviews/a/claim';
const MINUTE = 60_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const granted = (): Answer => ({
  status: 200,
  body: { until: new Date(Date.now() + 15 * MINUTE).toISOString() },
});
const taken = () => problem(409, 'Image a is claimed by kim until later.');
const pass = (time: number) => act(() => vi.advanceTimersByTimeAsync(time));
const use = () => window.dispatchEvent(new Event('pointermove'));

function show(claim: () => Answer | Promise<Answer> = granted, wanted = true) {
  const who = somebody(({ method }) => (method === 'POST' ? claim() : { status: 204 }));
  const hook = renderHook(() => useClaim('a', wanted), { wrapper: who.wrapper });
  const times = (method: string) => who.to(method, CLAIM).length;
  return {
    state: () => hook.result.current.state,
    hook,
    claims: () => times('POST'),
    releases: () => times('DELETE'),
  };
}

test('an image is claimed when it is opened, and given back when it is left', async () => {
  const { state, claims, releases, hook } = show();
  expect(state().kind).toBe('asking');
  await pass(10);
  expect(state().kind).toBe('held');
  hook.unmount();
  await pass(10);
  expect([claims(), releases()]).toEqual([1, 1]);
});

test('also when the page is closed, only once, and claimed again when it comes back', async () => {
  const { claims, releases, hook } = show();
  await pass(10);
  window.dispatchEvent(new Event('pagehide'));
  await pass(10);
  expect([claims(), releases()]).toEqual([1, 1]);
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await pass(10);
  expect([claims(), releases()]).toEqual([2, 1]);
  window.dispatchEvent(new Event('pagehide'));
  hook.unmount();
  await pass(10);
  expect(releases()).toBe(2);
});

test('a claim that is asked for while the page closes is given back as well', async () => {
  const { claims, releases } = show(() => new Promise(() => undefined));
  await pass(10);
  expect(claims()).toBe(1);
  window.dispatchEvent(new Event('pagehide'));
  await pass(10);
  expect(releases()).toBe(1);
});

test('a claim that is answered after the image was left is given back', async () => {
  let answer: (claim: Answer) => void = () => undefined;
  const { releases, hook } = show(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  await pass(10);
  hook.unmount();
  await pass(10);
  expect(releases()).toBe(0);
  answer(granted());
  await pass(10);
  expect(releases()).toBe(1);
});

test('after a decision, or without a claim, there is nothing to give back', async () => {
  const decided = show();
  await pass(10);
  act(() => decided.hook.result.current.ended());
  decided.hook.unmount();
  await pass(10);
  expect(decided.releases()).toBe(0);
  const refused = show(taken);
  await pass(10);
  expect(refused.state()).toMatchObject({ kind: 'taken' });
  refused.hook.unmount();
  await pass(10);
  expect(refused.releases()).toBe(0);
  const unwanted = show(granted, false);
  await pass(MINUTE);
  expect(unwanted.claims()).toBe(0);
});

test('a claim is renewed at half of its time while the page is used, and not else', async () => {
  const { claims, state } = show();
  await pass(7 * MINUTE);
  use();
  expect(claims()).toBe(1);
  await pass(MINUTE);
  expect(claims()).toBe(2);
  // Nobody is there: it runs out, and others may have the image.
  await pass(60 * MINUTE);
  expect(claims()).toBe(2);
  use();
  await pass(10_000);
  expect(claims()).toBe(3);
  expect(state().kind).toBe('held');
});

test('a page that nobody sees keeps nothing, and claims again when it is shown', async () => {
  const { claims } = show();
  await pass(10);
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  await pass(7 * MINUTE);
  use();
  await pass(10 * MINUTE);
  expect(claims()).toBe(1);
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event('visibilitychange'));
  await pass(10);
  expect(claims()).toBe(2);
});

test('one renewal that fails costs nothing: it is asked for again, and given back', async () => {
  const answers = [granted, () => null, granted];
  const { claims, releases, state, hook } = show(() => (answers.shift() ?? granted)());
  await pass(7 * MINUTE);
  use();
  await pass(MINUTE);
  expect(claims()).toBe(2);
  expect(state().kind).toBe('held');
  await pass(MINUTE);
  expect(claims()).toBe(3);
  hook.unmount();
  await pass(10);
  expect(releases()).toBe(1);
});

test('whoever comes back too late is told that somebody else has it', async () => {
  const answers = [granted, taken];
  const { claims, state } = show(() => (answers.shift() ?? taken)());
  await pass(30 * MINUTE);
  expect(claims()).toBe(1);
  use();
  await pass(10_000);
  expect(state()).toMatchObject({ kind: 'taken' });
  // Nobody asks again and again for what is somebody else's.
  use();
  await pass(2 * MINUTE);
  expect(claims()).toBe(2);
});

test('an admin takes over what somebody else has', async () => {
  const answers = [taken, granted];
  const { hook, claims, releases, state } = show(() => (answers.shift() ?? taken)());
  await pass(10);
  expect(state().kind).toBe('taken');
  await act(() => hook.result.current.takeOver());
  expect(state().kind).toBe('held');
  expect([claims(), releases()]).toEqual([2, 1]);
});
