/** The API, faked in memory: enough of docs/openapi.json to see every screen. */
import type { Entry, Image, Sight, Summary } from '../src/api/types.ts';
import type { Answer } from './cognito.ts';
import {
  entries,
  makeBatches,
  makeImage,
  makeImages,
  makeStats,
  minutesAgo,
  PICTURES,
} from './data.ts';

const images = makeImages();
const batches = makeBatches();
let uploads = 0;

const problem = (status: number, detail: string): Answer => ({
  status,
  body: { type: 'about:blank', title: 'Error', status, detail, instance: '/' },
});
const ok = (body: unknown, status = 200): Answer => ({ status, body });

const lines = (image: Image): string[] =>
  image.text.filter(({ kind }) => kind === 'LINE').map(({ text }) => text);

function summary(image: Image): Summary {
  const {
    id,
    task_id,
    name,
    status,
    received_at,
    finished_at,
    reason,
    width,
    height,
    review_reasons,
    reviews,
    claim,
    owner,
    links,
  } = image;
  return {
    id,
    task_id,
    name,
    status,
    received_at,
    finished_at,
    reason,
    width,
    height,
    review_reasons,
    reviews,
    claim,
    owner,
    labels: image.labels.map((label) => ({ name: label.name, confidence: label.confidence })),
    text: lines(image),
    links: { thumbnail: links.thumbnail },
  };
}

function page(found: Image[], query: URLSearchParams): { items: Summary[]; next: string | null } {
  const from = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 24);
  return {
    items: found.slice(from, from + limit).map(summary),
    next: from + limit < found.length ? String(from + limit) : null,
  };
}

const sight = (image: Image): Sight => ({
  status: image.status,
  labels: image.labels.map(({ name, confidence }) => ({ name, confidence })),
  text: lines(image),
  review: image.review,
});

function decide(image: Image, by: string, asked: Record<string, unknown>): Answer {
  const before = sight(image);
  const decision = String(asked.decision ?? 'undo');
  const number = (entries.get(image.id ?? '')?.length ?? 0) + 1;
  const at = minutesAgo(0);
  const comment = (asked.comment as string | undefined) ?? null;
  if (decision === 'undo') {
    image.status = 'in_review';
    image.review = null;
  } else {
    const removed = (asked.remove_labels as string[] | undefined) ?? [];
    const added = (asked.add_labels as string[] | undefined) ?? [];
    image.labels = [
      ...image.labels.filter(({ name }) => !removed.includes(name)),
      ...added.map((name) => ({ name, confidence: 100, instances: [], parents: [] })),
    ];
    image.status = decision === 'reject' ? 'rejected' : 'done';
    image.reason = decision === 'reject' ? comment : null;
    image.review = {
      number,
      decision,
      by,
      at,
      comment,
      labels_added: added,
      labels_removed: removed,
      text: null,
    };
  }
  image.reviews += 1;
  image.claim = null;
  const entry: Entry = {
    image_id: image.id ?? '',
    number,
    decision,
    by,
    at,
    comment,
    before,
    after: sight(image),
  };
  entries.set(image.id ?? '', [...(entries.get(image.id ?? '') ?? []), entry]);
  return ok(entry);
}

function upload(asked: Record<string, unknown>): Answer {
  uploads += 1;
  const image = makeImage(0x100000 + uploads, 'received', String(asked.name), 'uploader');
  Object.assign(image, {
    received_at: minutesAgo(0),
    finished_at: null,
    events: [{ status: 'received', at: minutesAgo(0) }],
  });
  const done = makeImage(0x100000 + uploads, 'done', String(asked.name), 'uploader');
  images.unshift(image);
  setTimeout(
    () =>
      Object.assign(image, { ...done, received_at: image.received_at, finished_at: minutesAgo(0) }),
    2_500,
  );
  return ok(
    {
      task_id: image.task_id,
      url: '/s3/upload',
      fields: { key: 'made', policy: 'made' },
      max_bytes: 67_108_864,
      expires_at: minutesAgo(-15),
    },
    201,
  );
}

function results(query: URLSearchParams): Answer {
  const word = (name: string) => query.get(name)?.toLowerCase() ?? '';
  const found = images.filter(
    (image) =>
      (!word('label') || image.labels.some(({ name }) => name.toLowerCase() === word('label'))) &&
      word('text')
        .split(' ')
        .every((part) => lines(image).join(' ').toLowerCase().includes(part)) &&
      (!query.get('status') || image.status === query.get('status')) &&
      (!query.get('since') ||
        Date.parse(image.received_at ?? '') >= Date.parse(query.get('since') ?? '')) &&
      (!query.get('until') ||
        Date.parse(image.received_at ?? '') <= Date.parse(query.get('until') ?? '')),
  );
  return ok(page(found, query));
}

function reviews(query: URLSearchParams): Answer {
  const waiting = images.filter(({ status }) => status === 'in_review').reverse();
  return ok({ ...page(waiting, query), waiting: waiting.length, waiting_is_capped: false });
}

function review(
  method: string,
  id: string,
  what: string,
  email: string,
  asked: Record<string, unknown>,
): Answer {
  const image = images.find((one) => one.id === id || one.task_id === id);
  if (!image) return problem(404, 'There is no such image.');
  if (what === 'history') return ok({ items: entries.get(id) ?? [] });
  if (what === 'claim' && method === 'DELETE') {
    image.claim = null;
    return { status: 204, body: null };
  }
  // One image is somebody else's, so that the conflict can be seen.
  if (image.name === 'street-062.jpg' && what !== 'undo') {
    return problem(
      409,
      'Kim (kim@example.com) is looking at this image until 10:15. Take another one, or try again then.',
    );
  }
  if (what === 'claim') {
    image.claim = { by: email, until: minutesAgo(-10), yours: true };
    return ok({ image_id: id, by: email, until: minutesAgo(-10) });
  }
  return decide(image, email, what === 'undo' ? { decision: 'undo' } : asked);
}

function batch(method: string, id: string, what: string): Answer {
  const one = batches.find((other) => other.id === id);
  if (!one) return problem(404, 'There is no such batch.');
  if (what === 'report') {
    return one.state === 'closed'
      ? ok({
          text: '/s3/result/1',
          csv: '/s3/result/1',
          summary: '/s3/result/1',
          links_expire_at: minutesAgo(-15),
        })
      : problem(
          409,
          'The report is not written yet. It is there some minutes after the batch has ended.',
        );
  }
  if (method === 'POST' && what === 'start')
    Object.assign(one, { state: 'running', approved: true, started_at: minutesAgo(0) });
  if (method === 'POST' && what === 'cancel')
    Object.assign(one, { state: 'cancelled', closed_at: minutesAgo(0) });
  return ok(one);
}

/** Answers a request of the API. */
export function api(
  method: string,
  path: string,
  query: URLSearchParams,
  email: string,
  asked: Record<string, unknown>,
): Answer {
  const [, root, id = '', what = ''] = path.split('/');
  if (root === 'upload') return upload(asked);
  if (root === 'results' && !id)
    return email.startsWith('empty') ? ok({ items: [], next: null }) : results(query);
  if (root === 'results') {
    const at = images.findIndex((one) => one.id === id || one.task_id === id);
    if (at < 0) return problem(404, 'There is no such image, or it has been deleted.');
    if (method !== 'DELETE') return ok(images[at]);
    images.splice(at, 1);
    PICTURES.delete(id);
    return { status: 204, body: null };
  }
  if (root === 'reviews' && !id) return reviews(query);
  if (root === 'reviews') return review(method, id, what, email, asked);
  if (root === 'batches' && !id && method === 'GET') return ok({ items: batches });
  if (root === 'batches' && !id) {
    const made = {
      ...makeBatches()[0],
      ...asked,
      id: `batch-${batches.length}`,
      name: asked.name ?? `batch-${batches.length}`,
      created_at: minutesAgo(0),
    };
    batches.unshift(made as (typeof batches)[number]);
    return ok(made, 201);
  }
  if (root === 'batches') return batch(method, id, what);
  if (root === 'stats') return ok(makeStats(Number(query.get('days') ?? 14)));
  return problem(404, 'There is no such route.');
}
