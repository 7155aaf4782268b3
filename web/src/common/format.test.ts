import { expect, test } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatConfidence,
  formatCount,
  formatMoney,
  formatTime,
  sentence,
  shortName,
} from './format';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1024, '1 KB'],
  [1536, '1.5 KB'],
  [1048575, '1 MB'],
  [67108864, '64 MB'],
  [5 * 1024 ** 3, '5 GB'],
  [2000 * 1024 ** 4, '2000 TB'],
])('%d is %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('one is singular', () => {
  expect(formatCount(1, 'image')).toBe('1 image');
  expect(formatCount(0, 'image')).toBe('0 images');
  expect(formatCount(1200, 'entry', 'entries')).toBe('1,200 entries');
});

test('only certainty is 100 %', () => {
  expect(formatConfidence(99.99)).toBe('99.9 %');
  expect(formatConfidence(100)).toBe('100 %');
  expect(formatConfidence(61.23)).toBe('61.2 %');
});

test('ages are rounded down, and never negative', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  expect(formatAge('2026-11-21T12:00:05Z', now)).toBe('just now');
  expect(formatAge('2026-11-21T11:58:01Z', now)).toBe('1 minute ago');
  expect(formatAge('2026-11-21T09:00:00Z', now)).toBe('3 hours ago');
  expect(formatAge('2026-11-18T09:00:00Z', now)).toBe('3 days ago');
  expect(formatAge(null, now)).toBe('–');
});

test('a time that is none is shown as it is', () => {
  expect(formatTime('soon')).toBe('soon');
  expect(formatTime(null)).toBe('–');
});

test('small sums keep their digits', () => {
  expect(formatMoney(0.0042, 'USD')).toBe('$0.0042');
  expect(formatMoney(24.8, 'USD')).toBe('$24.80');
  expect(formatMoney(0, 'USD')).toBe('$0.00');
});

test.each([
  ['image file is truncated', 'Image file is truncated.'],
  ['No object of this kind.', 'No object of this kind.'],
  ['really?', 'Really?'],
  ['it says “Stop.”', 'It says “Stop.”'],
  ['cut short (29 bytes)', 'Cut short (29 bytes).'],
  [' école ', 'École.'],
  ['', ''],
])('a reason is a sentence: %j', (reason, shown) => expect(sentence(reason)).toBe(shown));

test.each([
  ['samples/2026/cat.jpg', 'cat.jpg'],
  ['cat.jpg', 'cat.jpg'],
  ['a/folder/', 'folder'],
  ['/', '/'],
])('of %s people read %s', (name, shown) => expect(shortName(name)).toBe(shown));
