import { describe, expect, test, vi } from 'vitest';
import { ApiError, SessionOverError } from '../api/problem';
import type { Image, Summary } from '../api/types';
import { decideAll } from './bulk';
import { differenceOf, draftOf, problemOf, rebased, withLabel } from './correction';
import { actionOf, type Press } from './keys';
import {
  afterDecision,
  afterList,
  afterLostDecision,
  afterLostUndo,
  afterSkip,
  afterUndo,
  decidable,
  freshOf,
  NO_WORK,
  nextOf,
} from './order';
import { reasonsOf } from './reasons';
import { isOther, whatHappened } from './seen';
import { renewIn } from './useClaim';

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  target: null,
  ...more,
});

describe('keys', () => {
  test.each([
    ['a', 'approve'],
    ['A', 'approve'],
    ['c', 'correct'],
    ['r', 'reject'],
    ['n', 'next'],
    ['u', 'undo'],
    ['?', 'help'],
  ])('%s: %s', (key, action) => expect(actionOf(press(key))).toBe(action));

  test('others, combinations and held keys mean nothing', () => {
    expect(actionOf(press('x'))).toBeNull();
    expect(actionOf(press('Enter'))).toBeNull();
    expect(actionOf(press('r', { ctrlKey: true }))).toBeNull();
    expect(actionOf(press('r', { metaKey: true }))).toBeNull();
    expect(actionOf(press('a', { repeat: true }))).toBeNull();
    expect(actionOf(press('constructor'))).toBeNull();
  });

  test('while somebody types they are letters', () => {
    const closest = vi.fn((selector: string) => selector.includes('textarea'));
    expect(actionOf(press('a', { target: { closest } }))).toBeNull();
    expect(actionOf(press('a', { target: { closest: () => null } }))).toBe('approve');
  });
});

const summary = (id: string, by?: string, yours = false, reviews = 0) =>
  ({ id, reviews, claim: by ? { by, until: '', yours } : null }) as Summary;

describe('who is next', () => {
  const waiting = [summary('a'), summary('b', 'kim'), summary('c', 'me', true), summary('d')];

  test('the oldest that nobody else has', () => {
    expect(nextOf(waiting, NO_WORK, null)).toBe('a');
    expect(nextOf(waiting, NO_WORK, 'a')).toBe('c');
    expect(nextOf([summary('b', 'kim')], NO_WORK, null)).toBeNull();
  });

  test('skipped ones come again when nothing else is left; decided ones do not', () => {
    const skipped = afterSkip(NO_WORK, 'a');
    expect(nextOf(waiting, skipped, null)).toBe('c');
    const decided = afterDecision(afterDecision(skipped, 'c', 1), 'd', 1);
    expect(freshOf(waiting, decided, null)).toBeNull();
    expect(nextOf(waiting, decided, null)).toBe('a');
    expect(nextOf(waiting, afterDecision(decided, 'a', 1), null)).toBeNull();
  });

  test('one that waits again after a decision is offered again, and is nothing to take back', () => {
    const decided = afterDecision(NO_WORK, 'a', 1);
    // The list may be from before the decision: it waits no more.
    expect(nextOf([summary('a')], decided, null)).toBeNull();
    expect(afterList(decided, waiting)).toBe(decided);
    // Somebody else took the decision back.
    const again = [summary('a', undefined, false, 2)];
    expect(nextOf(again, decided, null)).toBe('a');
    expect(afterList(decided, again).decided).toEqual([]);
  });

  test('what may or may not have happened stays to be taken back, and stands in no way', () => {
    const waits = [summary('a', undefined, false, 2)];
    const undone = afterLostUndo(afterDecision(NO_WORK, 'a', 1), { id: 'a', number: 1 });
    expect(afterList(undone, waits)).toBe(undone);
    expect(nextOf(waits, undone, null)).toBe('a');
    expect(afterSkip(undone, 'a').skipped).toEqual(['a']);
    const decided = afterLostDecision(NO_WORK, 'a', 1);
    expect(nextOf([summary('a')], decided, null)).toBe('a');
    expect(afterSkip(decided, 'a').skipped).toEqual(['a']);
    // Whether it was made is asked first, so also after a second loss.
    expect(afterLostUndo(decided, { id: 'a', number: 1 })).toBe(decided);
    expect(afterDecision(decided, 'a', 1).decided).toEqual([{ id: 'a', number: 1 }]);
  });

  test('undo takes the last decision back, once', () => {
    const work = afterDecision(afterDecision(NO_WORK, 'a', 3), 'b', 1);
    expect(work.decided.at(-1)).toEqual({ id: 'b', number: 1 });
    expect(afterUndo(work, 'b').decided).toEqual([{ id: 'a', number: 3 }]);
    expect(afterDecision(work, 'a', 5).decided.at(-1)).toEqual({ id: 'a', number: 5 });
    // Left without a decision after it was decided: there is nothing to skip.
    expect(afterSkip(work, 'a')).toEqual(work);
  });
});

test('what may be decided is what the API takes', () => {
  const of = (status: string, decision?: string) =>
    decidable({ status, review: decision ? { decision } : null } as Pick<
      Image,
      'status' | 'review'
    >);
  expect(of('in_review')).toEqual({ approve: true, correct: true, reject: true, undo: false });
  expect(of('done', 'approve')).toEqual({
    approve: false,
    correct: true,
    reject: true,
    undo: true,
  });
  expect(of('done')).toMatchObject({ undo: false });
  expect(of('rejected', 'reject')).toEqual({
    approve: true,
    correct: true,
    reject: false,
    undo: true,
  });
  // By the pipeline: nothing that a person could take back.
  expect(of('rejected')).toEqual({ approve: false, correct: false, reject: false, undo: false });
});

describe('a correction', () => {
  const before = draftOf({
    labels: [
      { name: 'Car', confidence: 9, instances: [], parents: [] },
      { name: 'Bench', confidence: 6, instances: [], parents: [] },
    ],
    text: [
      {
        id: 0,
        kind: 'LINE',
        text: 'N0 PARKING',
        confidence: 9,
        box: { left: 0, top: 0, width: 1, height: 1 },
        parent: null,
      },
      {
        id: 1,
        kind: 'WORD',
        text: 'N0',
        confidence: 9,
        box: { left: 0, top: 0, width: 1, height: 1 },
        parent: 0,
      },
    ],
  });

  test('is only what differs', () => {
    const draft = { ...before, labels: ['Car', 'Van'], comment: ' right ' };
    expect(differenceOf(before, draft)).toEqual({
      decision: 'correct',
      comment: 'right',
      add_labels: ['Van'],
      remove_labels: ['Bench'],
      text: null,
    });
    expect(differenceOf(before, { ...before, lines: ['NO PARKING', '  '] })).toMatchObject({
      add_labels: [],
      remove_labels: [],
      text: ['NO PARKING'],
    });
    expect(differenceOf(before, { ...before, lines: [] })?.text).toEqual([]);
  });

  test('of nothing is none', () => {
    expect(
      differenceOf(before, { ...before, comment: 'only words', lines: [' N0 PARKING ', ''] }),
    ).toBeNull();
    expect(problemOf(before, before)).toContain('Nothing is changed');
  });

  test('a label that was taken away and added again is no change', () => {
    const without = { ...before, labels: ['Car'] };
    expect(differenceOf(before, withLabel(without, 'Bench') ?? before)).toBeNull();
  });

  test('a label is there once, in any case, and has a name that can be used', () => {
    expect(withLabel(before, 'car')).toBeNull();
    expect(withLabel(before, '  ')).toBeNull();
    expect(withLabel(before, 'x'.repeat(101))).toBeNull();
    expect(withLabel(before, ' Traffic   light ')?.labels.at(-1)).toBe('Traffic light');
  });

  test.each([
    [
      'labels',
      { labels: [...before.labels, ...Array.from({ length: 51 }, (_, index) => `L${index}`)] },
    ],
    ['lines', { lines: Array.from({ length: 101 }, () => 'x') }],
    ['characters', { lines: ['x'.repeat(301)] }],
    ['too long', { lines: Array.from({ length: 100 }, () => 'ü'.repeat(150)) }],
    ['comment', { labels: [], comment: 'x'.repeat(1001) }],
  ])('more than the API takes is said before it is sent: %s', (word, change) => {
    expect(problemOf(before, { ...before, ...change })?.toLowerCase()).toContain(word);
  });
});

describe('a correction on top of another', () => {
  const before = { labels: ['Car', 'Bench'], lines: ['ONE', 'TWO'], comment: '' };
  const mine = { labels: ['Car', 'Van'], lines: ['ONE', 'TWO'], comment: 'mine' };

  test('keeps what only one of both has changed', () => {
    const now = { labels: ['Bench', 'van', 'Tree'], lines: ['1', 'TWO'], comment: '' };
    expect(rebased(before, mine, now)).toEqual({
      draft: { labels: ['van', 'Tree'], lines: ['1', 'TWO'], comment: 'mine' },
      lost: [],
    });
    const lines = ['ONE', '2'];
    expect(rebased(before, { ...mine, lines }, before).draft.lines).toEqual(lines);
  });

  test("takes the other's lines where both have changed them, and shows one's own", () => {
    const now = { ...before, lines: ['1', 'TWO'] };
    const both = rebased(before, { ...mine, lines: ['ONE', ' 2 ', ''] }, now);
    expect(both).toMatchObject({ draft: { lines: now.lines }, lost: ['ONE', '2'] });
    expect(rebased(before, { ...mine, lines: now.lines }, now).lost).toEqual([]);
  });
});

test('an image is another one after a decision, and after another analysis', () => {
  const before = { reviews: 1, finished_at: 'then' };
  const of = (more: object) => ({ ...before, review: null, ...more }) as Image;
  expect(isOther(before, of({}))).toBe(false);
  const corrected = of({ reviews: 2, review: { decision: 'correct', by: 'Kim' } });
  expect(isOther(before, corrected)).toBe(true);
  expect(whatHappened(before, corrected)).toBe('Corrected by Kim.');
  expect(whatHappened(before, of({ reviews: 2 }))).toBe('The decision on it was taken back.');
  const anew = of({ finished_at: null });
  expect(isOther(before, anew)).toBe(true);
  expect(whatHappened(before, anew)).toBe('It was analysed anew.');
});

test('reasons are a sentence', () => {
  expect(reasonsOf(['nothing was found', 'the text is unsure'])).toBe(
    'Nothing was found; the text is unsure.',
  );
  expect(reasonsOf([])).toBe('Waits for a person.');
});

const ON = new AbortController().signal;
const all = (ids: string) => Array.from(ids, (id) => ({ id }));

describe('many approvals', () => {
  test('go on after a failure, and say what failed and why', async () => {
    const approve = vi.fn(async ({ id }: { id: string }) => {
      if (id === 'b') throw new ApiError(409, 'Kim has it.');
      return id.toUpperCase();
    });
    const made: (string | null)[] = [];
    const failures: unknown[] = [];
    await decideAll(
      all('abcdef'),
      approve,
      (_, one, failure) => {
        made.push(one);
        if (failure) failures.push(failure);
      },
      ON,
    );
    expect(failures).toEqual([{ id: 'b', sentence: 'Kim has it.' }]);
    expect(made.sort()).toEqual(['A', 'C', 'D', 'E', 'F', null]);
  });

  test('stop when the session is over', async () => {
    const approve = vi.fn(async () => {
      throw new SessionOverError();
    });
    await expect(decideAll(all('abcdefghij'), approve, () => undefined, ON)).rejects.toThrow(
      SessionOverError,
    );
    expect(approve.mock.calls.length).toBeLessThanOrEqual(4);
  });
});

test('a claim is renewed at half of its time', () => {
  expect(renewIn('2026-11-21T10:10:00Z', Date.parse('2026-11-21T10:00:00Z'))).toBe(300_000);
  expect(renewIn('2026-11-21T09:00:00Z', Date.parse('2026-11-21T10:00:00Z'))).toBe(5_000);
});
