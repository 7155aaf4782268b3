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

test('the cost is called what it is: that of Rekognition, not of everything', async () => {
  const api = { stats: vi.fn(async () => STATS) };
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ApiContext value={api as unknown as Api}>
        <DashboardPage />
      </ApiContext>
    </QueryClientProvider>,
  );
  const cost = await screen.findByTestId('cost');
  expect(cost.textContent).toContain('3 label calls');
  expect(screen.getByRole('heading', { name: 'Rekognition this month' })).toBeTruthy();
});
