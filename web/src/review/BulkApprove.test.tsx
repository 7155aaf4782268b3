// @vitest-environment jsdom
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { Summary } from '../api/types';
import { BulkApprove } from './BulkApprove';
import { ANALYSED, type Answer, EMPTY_QUEUE, problem, somebody, summary } from './testing';

const items = [summary('a'), summary('b', { reviews: 2 }), summary('c')];

function show(
  decision: (path: string) => Answer | Promise<Answer>,
  chosen: readonly string[] = ['a', 'b'],
) {
  const who = somebody(({ method, path }) => (method === 'GET' ? EMPTY_QUEUE : decision(path)));
  const onFinished = vi.fn();
  const of = (all: readonly Summary[]) => (
    <BulkApprove chosen={chosen} items={all} onFinished={onFinished}>
      {null}
    </BulkApprove>
  );
  const { rerender, unmount } = render(of(items), { wrapper: who.wrapper });
  return {
    ...who,
    onFinished,
    user: userEvent.setup(),
    become: (all: Summary[]) => rerender(of(all)),
    unmount,
  };
}

test('many are approved as they were seen when it was asked, and not without asking', async () => {
  const { user, asked, to, become, onFinished } = show(() => ({
    status: 200,
    body: { number: 3 },
  }));
  await user.click(screen.getByTestId('bulk-approve'));
  expect(asked.filter(({ method }) => method === 'POST')).toEqual([]);
  // Decided by somebody else while the question is open: the API refuses what is said then.
  become([summary('a', { reviews: 1 }), ...items.slice(1)]);
  await user.click(screen.getByTestId('bulk-confirm'));
  await waitFor(() => expect(onFinished).toHaveBeenCalledOnce());
  const seen_finished_at = ANALYSED;
  expect(to('POST', '/reviews/a/decision')[0]?.body).toEqual({
    decision: 'approve',
    seen: 0,
    seen_finished_at,
  });
  expect(to('POST', '/reviews/b/decision')[0]?.body).toEqual({
    decision: 'approve',
    seen: 2,
    seen_finished_at,
  });
  expect(to('POST', '/reviews/c/decision')).toEqual([]);
});

test('what was approved is taken back at once, with the number of each decision', async () => {
  const { user, to } = show((path) =>
    path.startsWith('/reviews/b/decision')
      ? problem(409, 'Image b is claimed by kim until later.')
      : { status: 200, body: { number: 1 } },
  );
  await user.click(screen.getByTestId('bulk-approve'));
  await user.click(screen.getByTestId('bulk-confirm'));
  const outcome = await screen.findByTestId('bulk-result');
  expect(outcome.textContent).toContain('1 image approved, 1 not');
  expect(outcome.textContent).toContain('b.jpg: Image b is claimed by kim');
  await user.click(screen.getByTestId('bulk-undo'));
  await waitFor(() =>
    expect(screen.getByTestId('bulk-result').textContent).toContain('1 image taken back'),
  );
  expect(to('POST', '/reviews/a/undo').map(({ body }) => body)).toEqual([{ seen: 1 }]);
  expect(to('POST', '/reviews/b/undo')).toEqual([]);
  expect(sessionStorage.length).toBe(0);
});

test('what failed is told to whoever left the page and came back', async () => {
  const { user, unmount, wrapper } = show(() => problem(500, 'Something is wrong.'));
  await user.click(screen.getByTestId('bulk-approve'));
  await user.click(screen.getByTestId('bulk-confirm'));
  unmount();
  render(
    <BulkApprove chosen={[]} items={items} onFinished={() => undefined}>
      {null}
    </BulkApprove>,
    { wrapper },
  );
  await screen.findByTestId('bulk-result');
  expect(screen.getByTestId('bulk-result').textContent).toContain('0 images approved, 2 not');
});

test('what is on its way when the session ends is nobody’s afterwards, and nothing follows it', async () => {
  const all = [...'abcdef'];
  const answers: ((answer: Answer) => void)[] = [];
  const { user, asked, queries, become, end, unmount } = show(
    () => new Promise((resolve) => answers.push(resolve)),
    all,
  );
  become(all.map((id) => summary(id)));
  await user.click(screen.getByTestId('bulk-approve'));
  await user.click(screen.getByTestId('bulk-confirm'));
  await waitFor(() => expect(answers).toHaveLength(4));
  unmount();
  end();
  const before = sessionStorage.length;
  for (const answer of answers) answer({ status: 200, body: { number: 1 } });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(4);
  expect(queries.getQueryCache().getAll()).toEqual([]);
  expect(sessionStorage.length).toBe(before);
});

test('a session that is over ends it for all, and it is busy no longer', async () => {
  let times = 0;
  const { user, asked } = show(() => {
    times += 1;
    return times > 2 ? { status: 401 } : { status: 200, body: { number: 1 } };
  }, ['a', 'b', 'c']);
  await user.click(screen.getByTestId('bulk-approve'));
  await user.click(screen.getByTestId('bulk-confirm'));
  await waitFor(() => expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(4));
  await waitFor(() => expect(screen.queryByRole('progressbar')).toBeNull());
});
