/* eslint-disable @typescript-eslint/require-await -- the real ones wait for something */
/** What the tests of the queue share: a queue whose other side is made up. */
import { vi } from 'vitest';
import type { Image, Images, UploadAnswer, UploadRequest } from '../api/types';
import { UploadQueue } from './queue';

export const JPEG = [0xff, 0xd8, 0xff, 0xe0];
const LIMITS = { maxBytes: 2000, contentTypes: ['image/jpeg'] };

let tasks = 0;
/** Its first bytes are there at once: a real file is read outside of the tests' clock. */
export function quick(file: File): File {
  return Object.assign(file, {
    slice: () => ({ arrayBuffer: async () => new Uint8Array(JPEG).buffer }),
  });
}

export const jpeg = (name: string) => ({
  file: quick(new File([new Uint8Array([...JPEG]), name], name)),
  path: name,
});
export const answer = (): UploadAnswer => {
  tasks += 1;
  return { task_id: `task-${tasks}`, url: '/s3', fields: {}, max_bytes: 1000, expires_at: '' };
};

export const awaiting = () =>
  ({ status: 'awaiting_upload', labels: [], text: [] }) as object as Image;

export const done = (id: string) =>
  ({ task_id: id, status: 'done', labels: [], text: [] }) as unknown as Image;

export function make() {
  const createTask = vi.fn(async (_request: UploadRequest) => answer());
  const send = vi.fn(
    async (_form, file: Blob, onSent: (bytes: number) => void, _signal: AbortSignal) =>
      onSent(file.size),
  );
  const result = vi.fn(async (id: string) => done(id));
  // All that were sent, newest first, 100 on a page.
  const newest = vi.fn(async (cursor: string | undefined) => {
    const first = tasks - Number(cursor ?? 0);
    const last = Math.max(first - 100, 0);
    const items = Array.from({ length: first - last }, (_, index) => ({
      task_id: `task-${first - index}`,
      status: 'done',
      reason: null,
      labels: [],
      text: [],
    })) as object[] as Images['items'];
    return { items, next: last > 0 ? String(tasks - last) : null };
  });
  const remove = vi.fn(async (_taskId: string) => undefined);
  const queue = new UploadQueue({ createTask, send, result, newest, remove, limits: LIMITS });
  const phases = () => queue.items().map(({ phase }) => phase);
  return { queue, createTask, send, result, newest, remove, phases };
}

/** Begins to count the tasks anew. */
export function restart(): void {
  tasks = 0;
}

export const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
