// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import '../testing';
import type { Image } from '../api/types';
import { CorrectionForm } from './CorrectionForm';

const image = {
  reviews: 0,
  finished_at: 'then',
  review: null,
  labels: [{ name: 'Car' }, { name: 'Bench' }],
  text: [{ id: 0, kind: 'LINE', text: 'N0 PARKING' }],
} as unknown as Image;

function show() {
  const onSend = vi.fn();
  const onCancel = vi.fn();
  const of = (now: Image) => (
    <CorrectionForm image={now} busy={false} onSend={onSend} onCancel={onCancel} />
  );
  const { rerender } = render(of(image));
  const become = (more: object) => rerender(of({ ...image, ...more } as Image));
  return { onSend, onCancel, become, user: userEvent.setup() };
}

test('what was changed is sent, and only that', async () => {
  const { onSend, user } = show();
  await user.type(screen.getByLabelText('Another label'), 'Van{Enter}');
  await user.click(screen.getByRole('button', { name: 'Remove label Bench' }));
  const line = screen.getByLabelText('Line 1');
  await user.clear(line);
  await user.type(line, 'NO PARKING');
  await user.click(screen.getByTestId('correction-send'));
  expect(onSend).toHaveBeenCalledExactlyOnceWith({
    decision: 'correct',
    comment: null,
    add_labels: ['Van'],
    remove_labels: ['Bench'],
    text: ['NO PARKING'],
    seen: 0,
    seen_finished_at: 'then',
  });
});

test('what somebody else corrected meanwhile is not written over', async () => {
  const { onSend, user, become } = show();
  await user.type(screen.getByLabelText('Another label'), 'Van{Enter}');
  become({
    reviews: 1,
    review: { decision: 'correct', by: 'kim@example.com' },
    text: [{ id: 0, kind: 'LINE', text: 'NO PARKING' }],
  });
  expect(screen.getByTestId('stale').textContent).toContain('Corrected by kim@example.com.');
  await user.click(screen.getByTestId('correction-send'));
  expect(onSend).not.toHaveBeenCalled();

  await user.click(screen.getByTestId('take-over-new'));
  expect(screen.queryByTestId('stale')).toBeNull();
  await user.click(screen.getByTestId('correction-send'));
  expect(onSend).toHaveBeenCalledExactlyOnceWith({
    decision: 'correct',
    comment: null,
    add_labels: ['Van'],
    remove_labels: [],
    text: null,
    seen: 1,
    seen_finished_at: 'then',
  });
});

test('an image that is only looked at anew is the same', async () => {
  const { onSend, user, become } = show();
  await user.type(screen.getByLabelText('Another label'), 'Van{Enter}');
  become({});
  await user.click(screen.getByTestId('correction-send'));
  expect(onSend.mock.calls[0]?.[0]).toMatchObject({ add_labels: ['Van'], seen: 0 });
});

test('Escape ends it, but not with what was typed', async () => {
  const { onCancel, user } = show();
  await user.type(screen.getByLabelText('Another label'), 'V');
  fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(onCancel).not.toHaveBeenCalled();
  expect(screen.getByTestId('error').textContent).toContain('Press Cancel to drop it');
  await user.clear(screen.getByLabelText('Another label'));
  fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(onCancel).toHaveBeenCalledOnce();
});

test('without a change nothing is sent, and a sentence says why', async () => {
  const { onSend, user } = show();
  await user.click(screen.getByTestId('correction-send'));
  expect(onSend).not.toHaveBeenCalled();
  expect(screen.getByTestId('error').textContent).toContain('Nothing is changed yet');
});

test('a line is added and removed', async () => {
  const { onSend, user } = show();
  await user.click(screen.getByRole('button', { name: 'Add line' }));
  await user.type(screen.getByLabelText('Line 2'), 'AT ANY TIME');
  await user.click(screen.getByRole('button', { name: 'Remove line 1' }));
  await user.click(screen.getByTestId('correction-send'));
  expect(onSend.mock.calls[0]?.[0].text).toEqual(['AT ANY TIME']);
});
