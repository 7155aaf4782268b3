import { describe, expect, test } from 'vitest';
import type { Entry, Image } from '../api/types';
import { changesOf } from './changes';
import { type Kind, marksOf, onPicture, rowsOf } from './marks';
import { neighboursIn } from './neighbours';
import { colours, qualities } from './properties';

const box = (left: number, top: number, width: number, height: number) => ({
  left,
  top,
  width,
  height,
});
const label = (name: string, ...boxes: ReturnType<typeof box>[]) => ({
  name,
  confidence: 90,
  parents: [],
  instances: boxes.map((one) => ({ confidence: 80, box: one })),
});
const line = (id: number, text: string, where = box(0, 0, 0.1, 0.1)) => ({
  id,
  kind: 'LINE',
  text,
  confidence: 99,
  box: where,
  parent: null,
});
const ALL: ReadonlySet<Kind> = new Set(['label', 'face', 'text']);

describe('boxes', () => {
  test('are cut at the edges of the picture', () => {
    expect(onPicture(box(-0.25, 0.5, 0.5, 1))).toEqual(box(0, 0.5, 0.25, 0.5));
    expect(onPicture(box(1.1, 0, 0.5, 1))).toBeNull();
    expect(onPicture(box(0.5, 0.5, 0, 0.1))).toBeNull();
    expect(onPicture(box(Number.NaN, 0, 1, 1))).toBeNull();
  });

  test('faces are the places of the label Face, each with a row', () => {
    const rows = rowsOf({
      labels: [label('Face', box(0, 0, 1, 1), box(0, 0, 0.5, 1)), label('Car')],
      text: [],
    });
    expect(rows.face.map(({ name, confidence }) => [name, confidence])).toEqual([
      ['Face 1', 80],
      ['Face 2', 80],
    ]);
    expect(rows.label.map(({ name }) => name)).toEqual(['Car']);
    // Without places it is a label like any other.
    expect(rowsOf({ labels: [label('Face')], text: [] }).label).toHaveLength(1);
  });

  test('of text there are lines, not words', () => {
    const word = { ...line(1, 'NO'), kind: 'WORD', parent: 0 };
    expect(
      rowsOf({ labels: [], text: [line(0, 'NO PARKING'), word] } as Pick<
        Image,
        'labels' | 'text'
      >).text.map(({ name }) => name),
    ).toEqual(['NO PARKING']);
  });

  test('small ones are above large ones, and kinds can be hidden', () => {
    const rows = rowsOf({
      labels: [label('Car', box(0, 0, 0.2, 0.2)), label('Street', box(0, 0, 1, 1))],
      text: [line(0, 'A')],
    });
    expect(marksOf(rows, ALL).map(({ row }) => row)).toEqual(['label-1', 'label-0', 'text-0']);
    expect(marksOf(rows, new Set(['text'])).map(({ row }) => row)).toEqual(['text-0']);
    expect(marksOf(rows, ALL)[0]?.title).toBe('Street, 90 %');
  });
});

describe('boxes that lie on each other', () => {
  const where = box(0.25, 0.25, 0.5, 0.5);
  const drawn = (...labels: ReturnType<typeof label>[]) =>
    marksOf(rowsOf({ labels, text: [line(0, 'A', where)] }), ALL);

  test('are drawn around each other; that of the text stays where it is', () => {
    const [around, text] = drawn(label('Text', where));
    expect(text).toMatchObject({ row: 'text-0', box: where });
    expect(around?.row).toBe('label-0');
    expect(around?.box.left).toBeLessThan(where.left - 0.01);
    expect(around?.box.width).toBeGreaterThan(where.width + 0.02);
  });

  test('three of them have three places', () => {
    const lefts = drawn(label('Text', where), label('Sign', where)).map((mark) => mark.box.left);
    expect(new Set(lefts).size).toBe(3);
  });

  test('never leave the picture, and others stay', () => {
    const full = box(0, 0, 1, 1);
    const rows = rowsOf({ labels: [label('Sign', full)], text: [line(0, 'A', full)] });
    expect(marksOf(rows, ALL).map((mark) => mark.box)).toEqual([full, full]);
    const near = box(0.27, 0.25, 0.5, 0.5);
    expect(drawn(label('Text', near))[0]?.box).toEqual(near);
  });
});

test('what a decision changed is said thing by thing', () => {
  const before = {
    status: 'in_review',
    labels: [{ name: 'Car', confidence: 9 }],
    text: ['A'],
    review: null,
  };
  const after = {
    status: 'done',
    labels: [{ name: 'Van', confidence: 100 }],
    text: [],
    review: null,
  };
  expect(changesOf({ before, after } as unknown as Entry)).toEqual([
    'Status: In review → Done',
    'Labels added: Van',
    'Labels removed: Car',
    'Text removed',
  ]);
  expect(changesOf({ before, after: before } as unknown as Entry)).toEqual([]);
});

test('the images beside one are found, and none at the ends', () => {
  expect(neighboursIn(['a', 'b', 'c'], 'b')).toEqual({ previous: 'a', next: 'c' });
  expect(neighboursIn(['a'], 'a')).toEqual({ previous: null, next: null });
  expect(neighboursIn(['a'], null)).toEqual({ previous: null, next: null });
});

test('properties are read with care: a colour goes into the page', () => {
  const colour = (HexCode: unknown) => ({
    DominantColors: [{ HexCode, SimplifiedColor: 'red', PixelPercent: 9.4 }],
  });
  expect(colours(colour('#a1B2c3'))).toEqual([{ hex: '#a1B2c3', name: 'red', share: '9 %' }]);
  expect(colours(colour('red;background:url(x)'))).toEqual([]);
  expect(colours(null)).toEqual([]);
  expect(qualities({ Quality: { Brightness: 71.6, Sharpness: 'x' } })).toEqual([
    { name: 'Brightness', value: '72 of 100' },
  ]);
});
