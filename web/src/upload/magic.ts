/** What a file is, by its first bytes: names and what browsers say of types prove nothing. */

/** As many bytes as `contentTypeOf` looks at. */
export const HEAD_BYTES = 64;

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

const startsWith = (bytes: Uint8Array, ...start: number[]): boolean =>
  bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte);

const HEIC = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);
const AVIF = new Set(['avif', 'avis']);
const HEIF = new Set(['mif1', 'msf1', 'mif2']);

/** The kind of a file in ISO's base media format: `ftyp`, its brand, and those that it is like. */
function heifType(bytes: Uint8Array): string | null {
  if (ascii(bytes, 4, 8) !== 'ftyp') return null;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const brands: string[] = [ascii(bytes, 8, 12)];
  for (let at = 16; at + 4 <= Math.min(size, bytes.length); at += 4) {
    brands.push(ascii(bytes, at, at + 4));
  }
  // `mif1` alone says only that there are pictures in it; the others say how they are coded.
  if (brands.some((brand) => AVIF.has(brand))) return 'image/avif';
  if (brands.some((brand) => HEIC.has(brand))) return 'image/heic';
  return brands.some((brand) => HEIF.has(brand)) ? 'image/heif' : null;
}

/** The content type of an image by its first bytes; null for what is none that we know. */
export function contentTypeOf(bytes: Uint8Array): string | null {
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return 'image/gif';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'image/webp';
  if (startsWith(bytes, 0x49, 0x49, 0x2a, 0x00) || startsWith(bytes, 0x4d, 0x4d, 0x00, 0x2a)) {
    return 'image/tiff';
  }
  // Two letters prove little: a bitmap also has a header of a known size.
  if (ascii(bytes, 0, 2) === 'BM' && bytes.length >= 18) {
    const header = new DataView(bytes.buffer, bytes.byteOffset).getUint32(14, true);
    if ([12, 16, 40, 52, 56, 64, 108, 124].includes(header)) return 'image/bmp';
  }
  return bytes.length >= 16 ? heifType(bytes) : null;
}
