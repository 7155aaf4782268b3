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
  }
});

test('each find is one stop of the keyboard, however many boxes it has', async () => {
  const user = userEvent.setup();
  render(<Both />);
  expect(document.querySelectorAll('.mark')).toHaveLength(3);
  const stops: (string | null | undefined)[] = [];
  for (;;) {
    await user.tab();
    if (document.activeElement === document.body) break;
    stops.push(document.activeElement?.textContent);
  }
  expect(stops).toHaveLength(3);
  expect(stops[0]).toBe('Copy text');
  expect(stops[1]).toContain('PARKING');
  expect(stops[2]).toContain('Car');
});

test('nor is a find read twice', () => {
  render(<Both />);
  expect(screen.getByTestId('overlay').getAttribute('aria-hidden')).toBe('true');
  expect(screen.getAllByRole('button', { name: /Car/ })).toHaveLength(1);
});

test('a row chooses its boxes by keyboard, a box its row by pointer', async () => {
  const user = userEvent.setup();
  render(<Both />);
  const car = screen.getByRole('button', { name: /Car/ });
  car.focus();
  await user.keyboard('{Enter}');
  expect(car.getAttribute('aria-pressed')).toBe('true');
  expect(active()).toBe(2);
  await user.keyboard(' ');
  expect(car.getAttribute('aria-pressed')).toBe('false');
  await user.click(screen.getByTestId('box-text'));
  expect(screen.getByRole('button', { name: /PARKING/ }).getAttribute('aria-pressed')).toBe('true');
});

test('kinds differ by more than their colours', () => {
  render(<Both />);
  for (const kind of ['label', 'text']) {
    for (const box of screen.getAllByTestId(`box-${kind}`)) {
      expect(box.getAttribute('class')).toContain(`line-${kind}`);
      expect(box.previousElementSibling?.getAttribute('class')).toContain(`line-${kind}`);
    }
  }
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
