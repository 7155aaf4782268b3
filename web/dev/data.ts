/** Made images, batches and figures. Nothing here reaches the build. */
import type { Batch, Entry, Image, Stats } from '../src/api/types.ts';

export const PICTURES = new Map<string, { hue: number; line: string }>();

const LINES = ['MARKET STREET', 'NO PARKING', 'OLD MILL ROAD', 'BUS STOP', 'STATION', 'HARBOUR'];
const STATES = [
  'done',
  'in_review',
  'done',
  'rejected',
  'done',
  'in_review',
  'failed',
  'done',
] as const;

const hex = (number: number): string => number.toString(16).padStart(32, '0');
const box = (left: number, top: number, width: number, height: number) => ({
  left,
  top,
  width,
  height,
});

export const minutesAgo = (minutes: number): string =>
  new Date(Date.now() - minutes * 60_000).toISOString().replace('Z', '+00:00');

export function makeImage(
  number: number,
  status: Image['status'],
  name: string,
  owner: string,
): Image {
  const id = hex(number);
  const line = LINES[number % LINES.length] as string;
  PICTURES.set(id, { hue: (number * 47) % 360, line });
  const failed = status === 'failed' || status === 'rejected';
  const ready = !failed && status !== 'received';
  const link = (kind: string) => `/s3/${kind}/${id}?X-Amz-Expires=900`;
  return {
    id,
    task_id: hex(number + 0x1000000),
    name,
    status,
    received_at: minutesAgo(number * 37),
    finished_at: status === 'received' ? null : minutesAgo(number * 37 - 1),
    reason: failed
      ? status === 'failed'
        ? 'The image could not be analysed: the service did not answer.'
        : 'The file is damaged: it ends in the middle of the picture.'
      : null,
    cause: status === 'failed' ? 'throttled' : null,
    width: ready ? 1600 : null,
    height: ready ? 1200 : null,
    review_reasons: status === 'in_review' ? ['a label with a confidence below 70: Bench'] : [],
    reviews: 0,
    claim: null,
    owner: { id: owner, yours: true },
    source: { bucket: 'input', key: `uploads/${id}/${name}`, version: 'v1' },
    image: ready ? { format: 'JPEG', width: 1600, height: 1200, bytes: 812_345 } : null,
    labels: ready
      ? [
          {
            name: 'Car',
            confidence: 98.7,
            parents: ['Vehicle'],
            instances: [{ confidence: 98.7, box: box(0.35, 0.66, 0.265, 0.2) }],
          },
          {
            name: 'Person',
            confidence: 96.1,
            parents: [],
            instances: [{ confidence: 96.1, box: box(0.14, 0.52, 0.095, 0.34) }],
          },
          {
            name: 'Face',
            confidence: 91.2,
            parents: ['Head', 'Person'],
            instances: [{ confidence: 91.2, box: box(0.143, 0.525, 0.088, 0.117) }],
          },
          {
            name: 'Building',
            confidence: 88,
            parents: ['Architecture'],
            instances: [{ confidence: 88, box: box(0.075, 0.2, 0.237, 0.467) }],
          },
          { name: 'Street', confidence: 84.4, parents: ['City', 'Road'], instances: [] },
          ...(status === 'in_review'
            ? [{ name: 'Bench', confidence: 61.2, parents: ['Furniture'], instances: [] }]
            : []),
        ]
      : [],
    text: ready
      ? [
          {
            id: 0,
            kind: 'LINE',
            text: line,
            confidence: 99.1,
            box: box(0.45, 0.28, 0.37, 0.09),
            parent: null,
          },
          ...line.split(' ').map((text, index) => ({
            id: index + 1,
            kind: 'WORD',
            text,
            confidence: 99,
            box: box(0.45 + 0.2 * index, 0.28, 0.17, 0.09),
            parent: 0,
          })),
        ]
      : [],
    text_expected: true,
    properties: ready
      ? {
          Quality: { Brightness: 71.2, Sharpness: 88.9, Contrast: 64.1 },
          DominantColors: [
            { HexCode: '#0b4f9c', SimplifiedColor: 'blue', PixelPercent: 24.1 },
            { HexCode: '#b3261e', SimplifiedColor: 'red', PixelPercent: 9.3 },
          ],
        }
      : null,
    models: ready ? { labels: '3.0', text: '3.0' } : {},
    paid: ready ? ['labels', 'text'] : [],
    review: null,
    detected: null,
    events: [
      { status: 'received', at: minutesAgo(number * 37) },
      ...(status === 'received'
        ? []
        : [
            { status: 'labelled', at: minutesAgo(number * 37 - 0.5) },
            { status, at: minutesAgo(number * 37 - 1) },
          ]),
    ],
    links: {
      original: link('original'),
      preview: failed ? null : link('preview'),
      processed: ready ? link('processed') : null,
      thumbnail: failed ? null : link('thumbnail'),
    },
    links_expire_at: minutesAgo(-15),
  };
}

export function makeImages(): Image[] {
  return Array.from({ length: 70 }, (_, index) =>
    makeImage(
      index + 1,
      STATES[index % STATES.length] ?? 'done',
      `street-${String(index + 1).padStart(3, '0')}.jpg`,
      'uploader',
    ),
  );
}

export const entries = new Map<string, Entry[]>();

export function makeBatches(): Batch[] {
  const make = (id: string, state: string, part: Partial<Batch>): Batch => ({
    id,
    name: id,
    bucket: 'archive-photos',
    prefix: '2025/',
    state,
    created_at: minutesAgo(600),
    created_by: 'admin@example.com',
    images: 12_400,
    bytes: 31_000_000_000,
    fed: 0,
    ended: null,
    approved: false,
    again: false,
    started_at: null,
    closed_at: null,
    reason: null,
    max_cost: { labels: 12.4, text: 12.4, total: 24.8, currency: 'USD' },
    ...part,
  });
  return [
    make('archive-2025', 'listed', {}),
    make('archive-2024', 'running', {
      approved: true,
      fed: 8_300,
      ended: 7_900,
      started_at: minutesAgo(300),
    }),
    make('archive-2023', 'closed', {
      approved: true,
      fed: 12_400,
      ended: 12_400,
      started_at: minutesAgo(900),
      closed_at: minutesAgo(700),
    }),
    make('scans', 'failed', {
      reason: 'The bucket does not let Sightline list it.',
      max_cost: null,
      images: 0,
      bytes: 0,
    }),
  ];
}

export function makeStats(days: number): Stats {
  return {
    at: minutesAgo(0),
    days: Array.from({ length: days }, (_, index) => ({
      day: minutesAgo((days - 1 - index) * 1440).slice(0, 10),
      images: (index * 37) % 120,
      complete: true,
    })),
    statuses: [
      { status: 'received', images: 2, complete: true },
      { status: 'labelled', images: 1, complete: true },
      { status: 'in_review', images: 18, complete: true },
      { status: 'done', images: 1000, complete: false },
      { status: 'rejected', images: 9, complete: true },
      { status: 'failed', images: 8, complete: true },
    ],
    top_labels: ['Car', 'Person', 'Street', 'Building', 'Face'].map((name, index) => ({
      name,
      images: 60 - index * 11,
    })),
    top_labels_of: 70,
    queues: ['arrivals', 'labels', 'text', 'batches'].map((name, index) => ({
      name,
      waiting: index * 3,
      in_flight: index,
      dead_letters: index === 2 ? 1 : 0,
    })),
    month: {
      month: '2026-11',
      labels_calls: 812,
      text_calls: 640,
      cost: 1.452,
      currency: 'USD',
      source: 'CloudWatch AWS/Rekognition, whole account',
    },
  };
}
