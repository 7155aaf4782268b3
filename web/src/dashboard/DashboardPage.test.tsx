// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import '../testing';
import { ApiContext } from '../api/ApiContext';
import type { Api } from '../api/client';
import type { Stats } from '../api/types';
import DashboardPage from './DashboardPage';

// A drawing, which needs a layout.
vi.mock('@cloudscape-design/components/bar-chart', () => ({ default: () => null }));

const STATS = {
  at: '2026-11-21T10:00:00Z',
  days: [{ day: '2026-11-21', images: 3, complete: true }],
  statuses: [{ status: 'done', images: 3, complete: true }],
  top_labels: [{ name: 'Car', images: 2 }],
  top_labels_of: 3,
  queues: [{ name: 'images', waiting: 0, in_flight: 0, dead_letters: 0 }],
  month: {
    month: '2026-11',
    labels_calls: 3,
    text_calls: 2,
    cost: 0.005,
    currency: 'USD',
    source: 'CloudWatch',
  },
} as object as Stats;

function show(stats: Stats) {
  const api = { stats: vi.fn(async () => stats) };
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ApiContext value={api as unknown as Api}>
        <DashboardPage />
      </ApiContext>
    </QueryClientProvider>,
  );
}

test('the cost is called what it is: that of Rekognition, not of everything', async () => {
  show(STATS);
  const cost = await screen.findByTestId('cost');
  expect(cost.textContent).toContain('3 label calls');
  expect(screen.getByRole('heading', { name: 'Rekognition this month' })).toBeTruthy();
  expect(screen.queryByTestId('no-answer')).toBeNull();
});

test('what AWS does not answer is said in its place, and the rest is shown', async () => {
  show({
    ...STATS,
    month: null,
    queues: [
      { name: 'images', waiting: null, in_flight: null, dead_letters: null },
      { name: 'text', waiting: 1234, in_flight: 0, dead_letters: 0 },
    ],
  });
  const sentence = 'AWS does not answer just now.';
  expect((await screen.findByTestId('cost')).textContent).toContain(sentence);
  expect(screen.getByRole('region', { name: 'Queues' }).textContent).toContain(sentence);
  expect(screen.getByTestId('queues').textContent).toContain('images–––');
  expect(screen.getByTestId('queues').textContent).toContain('text1,23400');
  expect(screen.getByTestId('statuses').textContent).toContain('3');
});
