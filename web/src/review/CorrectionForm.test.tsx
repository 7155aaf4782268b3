// @vitest-environment jsdom
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import '../testing';
import type { Image } from '../api/types';
import { CorrectionForm } from './CorrectionForm';

const image = {
  labels: [{ name: 'Car' }, { name: 'Bench' }],
  text: [{ id: 0, kind: 'LINE', text: 'N0 PARKING' }],
} as unknown as Image;

function show() {
  const onSend = vi.fn();
  render(<CorrectionForm image={image} busy={false} onSend={onSend} onCancel={() => undefined} />);
  return { onSend, user: userEvent.setup() };
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
  });
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
