import { describe, expect, test } from 'vitest';
import { checkFile, Duplicates, takenFormats } from './check';

const LIMITS = { maxBytes: 1024, contentTypes: ['image/jpeg', 'image/png'] };
const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
const refusal = async (file: Blob) => {
  const checked = await checkFile(file, LIMITS);
  return 'refusal' in checked ? checked.refusal : null;
};

describe('before anything is sent', () => {
  test('an image is taken as what it is, not as what it is called', async () => {
    expect(await checkFile(new File([JPEG], 'photo.png'), LIMITS)).toEqual({
      contentType: 'image/jpeg',
    });
  });

  test('an empty file is refused', async () => {
    expect(await refusal(new Blob([]))).toBe('This file is empty.');
  });

  test('the largest size is taken, one byte more is not', async () => {
    const padded = (size: number) => new Blob([JPEG, new Uint8Array(size - JPEG.length)]);
    expect(await refusal(padded(1024))).toBeNull();
    expect(await refusal(padded(1025))).toBe(
      'Too large: 1,025 bytes. At most 1,024 bytes are taken.',
    );
  });

  test('a size is said as people read it', async () => {
    expect(await refusal(new Blob([new Uint8Array(3000)]))).toBe(
      'Too large: 2.9 KB. At most 1 KB are taken.',
    );
  });

  test('what is no image is refused, with what is taken', async () => {
    expect(await refusal(new Blob(['hello']))).toContain('Taken are JPEG and PNG.');
  });

  test('an image of a kind that this stage does not take is refused by its name', async () => {
    expect(await refusal(new Blob(['GIF89a']))).toBe(
      'GIF is not taken here. Taken are JPEG and PNG.',
    );
  });

  test('a file that cannot be read is refused', async () => {
    const gone = {
      size: 10,
      slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }),
    };
    expect(await refusal(gone as unknown as Blob)).toContain('cannot be read');
  });

  test('formats are named as people say them', () => {
    expect(takenFormats({ ...LIMITS, contentTypes: ['image/jpeg'] })).toBe('JPEG');
    expect(takenFormats(LIMITS)).toBe('JPEG and PNG');
  });
});

describe('duplicates', () => {
  test('the same bytes under another name are found', async () => {
    const duplicates = new Duplicates();
    expect(await duplicates.nameOfSame(new Blob(['one']), 'a')).toBeNull();
    expect(await duplicates.nameOfSame(new Blob(['two']), 'b')).toBeNull();
    expect(await duplicates.nameOfSame(new Blob(['one']), 'c')).toBe('a');
  });

  test('of two that are added at once, one is taken', async () => {
    const duplicates = new Duplicates();
    const names = await Promise.all(
      ['a', 'b'].map((name) => duplicates.nameOfSame(new Blob(['x']), name)),
    );
    expect(names).toEqual([null, 'a']);
  });

  test('a file that was taken away may come again', async () => {
    const duplicates = new Duplicates();
    const file = new Blob(['one']);
    await duplicates.nameOfSame(file, 'a');
    duplicates.forget(file);
    expect(await duplicates.nameOfSame(new Blob(['one']), 'b')).toBeNull();
  });
});
