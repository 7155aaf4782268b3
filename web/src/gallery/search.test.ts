import { describe, expect, test } from 'vitest';
import { isEmptySearch, NO_SEARCH, readSearch, type Search, toQuery, writeSearch } from './search';

const read = (address: string) => readSearch(new URLSearchParams(address));
const FULL: Search = {
  label: 'Car',
  text: 'no parking',
  status: 'done',
  since: '2026-11-01',
  until: '2026-11-21',
};

describe('a search and its address', () => {
  test('what is written is read', () => {
    expect(read(writeSearch(FULL).toString())).toEqual(FULL);
    expect(read(writeSearch({ ...NO_SEARCH, text: 'a&b=c ü+' }).toString()).text).toBe('a&b=c ü+');
  });

  test('the address of nothing is empty', () => {
    expect(writeSearch({ ...NO_SEARCH, label: '  ' }).toString()).toBe('');
    expect(isEmptySearch(NO_SEARCH)).toBe(true);
    expect(isEmptySearch(FULL)).toBe(false);
  });

  test.each([
    'status=unknown',
    'status=awaiting_upload',
    'since=yesterday',
    'until=2026-13-45',
    'since=0202-11-21',
    'until=9999-12-31',
    'page=7',
  ])('%s is left out', (address) => expect(read(address)).toEqual(NO_SEARCH));

  test('what is too long for the API is cut', () => {
    expect(read(`label=${'x'.repeat(500)}`).label).toHaveLength(100);
  });
});

test('days become moments: the first from its beginning, the last to its end', () => {
  const { since, until } = toQuery(FULL);
  expect(since).toBe(new Date(2026, 10, 1).toISOString());
  expect(until).toBe(new Date(2026, 10, 22).toISOString());
  expect(toQuery(NO_SEARCH)).toEqual({
    label: undefined,
    text: undefined,
    status: undefined,
    since: undefined,
    until: undefined,
  });
});
