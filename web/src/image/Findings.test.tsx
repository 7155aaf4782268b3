// @vitest-environment jsdom
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import '../testing';
import type { Image } from '../api/types';
import { Findings } from './Findings';
import { Overlay } from './Overlay';
import { useHighlight } from './useHighlight';

const box = (left: number, width = 0.25) => ({ left, top: 0, width, height: 0.5 });
const image = {
  status: 'done',
  labels: [
    {
      name: 'Car',
      confidence: 98.7,
      parents: ['Vehicle'],
      instances: [
        { confidence: 98, box: box(0.1) },
        { confidence: 90, box: box(0.5) },
      ],
    },
    { name: 'Street', confidence: 84, parents: [], instances: [] },
  ],
  text: [
    {
      id: 0,
      kind: 'LINE',
      text: '<b>NO</b> PARKING',
      confidence: 99,
      box: box(0.5, 0.125),
      parent: null,
    },
  ],
} as unknown as Image;

function Both() {
  const highlight = useHighlight(image);
  const { marks, active, setActive, chosen, choose } = highlight;
  return (
    <>
      <Overlay
        marks={marks}
        width={1000}
        height={500}
        active={active}
        chosen={chosen}
        onActive={setActive}
        onChoose={choose}
      />
      <Findings image={image} highlight={highlight} />
    </>
  );
}

const active = () => [...document.querySelectorAll('.mark.mark-active')].length;
test('a row lights up all of its boxes, a box its row', async () => {
  const user = userEvent.setup();
  render(<Both />);
  const car = document.querySelector('#row-label-0 button') as HTMLElement;
  await user.hover(car);
  expect(active()).toBe(2);
  await user.unhover(car);
  expect(active()).toBe(0);
  await user.hover(screen.getByTestId('box-text'));
  expect(document.querySelector('#row-text-0')?.className).toContain('row-active');
});

test('each box has a light line below its own, to be seen on any picture', () => {
  render(<Both />);
  const boxes = document.querySelectorAll('.mark');
  expect(boxes.length).toBeGreaterThan(0);
  for (const box of boxes) {
    const below = box.previousElementSibling as Element;
    expect(below.getAttribute('class')).toContain('mark-under');
    expect(below.getAttribute('x')).toBe(box.getAttribute('x'));
    expect(below.getAttribute('aria-hidden')).toBe('true');
  }
});

test('boxes are reached and chosen by keyboard', async () => {
  const user = userEvent.setup();
  render(<Both />);
  await user.tab();
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Car, 99 %');
  await user.keyboard('{Enter}');
  expect(document.activeElement?.getAttribute('aria-pressed')).toBe('true');
  expect(document.querySelector('#row-label-0')?.className).toContain('row-active');
  await user.keyboard(' ');
  expect(document.activeElement?.getAttribute('aria-pressed')).toBe('false');
});

test('a box stands in attributes, in the units of the picture, and never in a style', () => {
  render(<Both />);
  const text = screen.getByTestId('box-text');
  expect([
    text.getAttribute('x'),
    text.getAttribute('y'),
    text.getAttribute('width'),
    text.getAttribute('height'),
  ]).toEqual(['500', '0', '125', '250']);
  expect(document.querySelectorAll('[style]')).toHaveLength(0);
});

test('text of an image is text, whatever it looks like', () => {
  render(<Both />);
  expect(document.querySelector('#row-text-0')?.textContent).toContain('<b>NO</b> PARKING');
  expect(document.querySelector('.rows b')).toBeNull();
});

test('what has no place is no button', () => {
  render(<Both />);
  expect(document.querySelector('#row-label-1 button')).toBeNull();
});
