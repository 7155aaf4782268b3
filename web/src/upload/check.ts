import { formatBytes, formatCount } from '../common/format';
import { contentTypeOf, HEAD_BYTES } from './magic';

export interface Limits {
  maxBytes: number;
  contentTypes: readonly string[];
}

export type Checked = { contentType: string } | { refusal: string };

const named = (contentType: string): string => contentType.replace('image/', '').toUpperCase();

/** `JPEG, PNG and WEBP` */
export function takenFormats(limits: Limits): string {
  const names = limits.contentTypes.map(named);
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function tooLarge(bytes: number, most: number): string {
  // Rounded, a file that is a little too large would be as large as the limit.
  const asText =
    formatBytes(bytes) === formatBytes(most)
      ? (size: number) => formatCount(size, 'byte')
      : formatBytes;
  return `Too large: ${asText(bytes)}. At most ${asText(most)} are taken.`;
}

/** Looks at a file before it is sent: a refusal here costs nobody time. */
export async function checkFile(file: Blob, limits: Limits): Promise<Checked> {
  if (file.size === 0) return { refusal: 'This file is empty.' };
  if (file.size > limits.maxBytes) return { refusal: tooLarge(file.size, limits.maxBytes) };
  let head: ArrayBuffer;
  try {
    head = await file.slice(0, HEAD_BYTES).arrayBuffer();
  } catch {
    return { refusal: 'This file cannot be read. It may have been moved or changed meanwhile.' };
  }
  const contentType = contentTypeOf(new Uint8Array(head));
  if (!contentType) {
    return { refusal: `This is no image that we know. Taken are ${takenFormats(limits)}.` };
  }
  if (!limits.contentTypes.includes(contentType)) {
    return {
      refusal: `${named(contentType)} is not taken here. Taken are ${takenFormats(limits)}.`,
    };
  }
  return { contentType };
}

/** Finds files whose bytes were added before. Only files of the same size are read for it. */
export class Duplicates {
  readonly #bySize = new Map<number, { name: string; file: Blob; digest?: Promise<string> }[]>();

  /** The name of the file that has the same bytes; null, and remembered, if none has. */
  async nameOfSame(file: Blob, name: string): Promise<string | null> {
    const others = this.#bySize.get(file.size);
    const own = { name, file };
    if (!others) {
      this.#bySize.set(file.size, [own]);
      return null;
    }
    const known = [...others];
    others.push(own);
    const digest = await digestOf(own);
    for (const other of known) {
      if ((await digestOf(other)) === digest) {
        others.splice(others.indexOf(own), 1);
        return other.name;
      }
    }
    return null;
  }

  /** A file that was cancelled or refused may be added again. */
  forget(file: Blob): void {
    const others = this.#bySize.get(file.size)?.filter((other) => other.file !== file);
    if (others?.length) this.#bySize.set(file.size, others);
    else this.#bySize.delete(file.size);
  }

  clear(): void {
    this.#bySize.clear();
  }
}

async function digestOf(one: { file: Blob; digest?: Promise<string> }): Promise<string> {
  one.digest ??= one.file
    .arrayBuffer()
    .then((bytes) => crypto.subtle.digest('SHA-256', bytes))
    .then((digest) => new Uint8Array(digest).join());
  return one.digest;
}
