import { describe, expect, test } from 'vitest';
import { contentTypeOf } from './magic';

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  new Uint8Array(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part,
    ),
  );
const ftyp = (...brands: string[]): Uint8Array =>
  bytes(
    [0, 0, 0, 12 + 4 * brands.length],
    'ftyp',
    brands[0] ?? '',
    [0, 0, 0, 0],
    ...brands.slice(1),
    [0, 0, 0, 9],
    'meta',
  );

describe('an image is known by its first bytes', () => {
  test.each([
    ['image/jpeg', bytes([0xff, 0xd8, 0xff, 0xe0], 'JFIF')],
    ['image/png', bytes([0x89], 'PNG\r\n', [0x1a, 0x0a])],
    ['image/gif', bytes('GIF89a')],
    ['image/gif', bytes('GIF87a')],
    ['image/webp', bytes('RIFF', [1, 2, 3, 4], 'WEBPVP8 ')],
    ['image/tiff', bytes('II', [0x2a, 0])],
    ['image/tiff', bytes('MM', [0, 0x2a])],
    ['image/bmp', bytes('BM', [1, 2, 3, 4, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0])],
    ['image/heic', ftyp('heic', 'mif1')],
    ['image/heic', ftyp('mif1', 'heic')],
    ['image/heif', ftyp('mif1', 'miaf')],
    ['image/avif', ftyp('avif', 'mif1')],
    ['image/avif', ftyp('mif1', 'miaf', 'avif')],
  ])('%s', (type, head) => {
    expect(contentTypeOf(head)).toBe(type);
  });

  test.each([
    ['nothing', bytes('')],
    ['one byte', bytes([0xff])],
    ['text', bytes('BMW and other cars, a list of them')],
    ['a page', bytes('<!doctype html><html>')],
    ['a PDF', bytes('%PDF-1.7 and more of it')],
    ['an SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg">')],
    ['a film', ftyp('isom', 'iso2', 'mp41')],
    ['sound in RIFF', bytes('RIFF', [1, 2, 3, 4], 'WAVEfmt ')],
  ])('%s is none', (_, head) => {
    expect(contentTypeOf(head)).toBeNull();
  });

  test('a part of a larger buffer is read from where it begins', () => {
    const whole = bytes('xxxx', [...ftyp('heic')]);
    expect(contentTypeOf(whole.subarray(4))).toBe('image/heic');
  });
});
