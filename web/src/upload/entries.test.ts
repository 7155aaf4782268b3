import { describe, expect, test } from 'vitest';
import { readDrop, readInput } from './entries';
import type { Dropped } from './queue';

const file = (path: string) => ({
  isFile: true,
  isDirectory: false,
  name: path.split('/').at(-1),
  fullPath: `/${path}`,
  file: (done: (file: File) => void) => done(new File(['x'], path.split('/').at(-1) ?? '')),
});

/** A folder whose reader answers two entries at a time, as browsers answer a hundred. */
function folder(path: string, children: object[]) {
  return {
    isFile: false,
    isDirectory: true,
    name: path.split('/').at(-1),
    fullPath: `/${path}`,
    createReader: () => {
      const left = [...children];
      return { readEntries: (done: (some: object[]) => void) => done(left.splice(0, 2)) };
    },
  };
}

const drop = (...entries: object[]) =>
  ({
    items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })),
    files: [],
  }) as unknown as DataTransfer;

async function pathsOf(data: DataTransfer): Promise<string[]> {
  const taken: Dropped[] = [];
  await readDrop(data, (some) => taken.push(...some));
  return taken.map(({ path }) => path);
}

describe('a drop', () => {
  test('folders are walked through to the end', async () => {
    const data = drop(
      folder(
        'a',
        ['3', '1', '2'].map((name) => file(`a/${name}`)),
      ),
      file('b'),
    );
    expect(await pathsOf(data)).toEqual(['a/1', 'a/2', 'a/3', 'b']);
  });

  test('hidden files and folders are left out', async () => {
    const data = drop(
      folder('a', [
        file('a/.DS_Store'),
        file('a/Thumbs.db'),
        folder('a/.git', [file('a/.git/x')]),
        file('a/b'),
      ]),
    );
    expect(await pathsOf(data)).toEqual(['a/b']);
  });

  test('many files come some at a time', async () => {
    const sizes: number[] = [];
    const data = drop(
      folder(
        'a',
        Array.from({ length: 250 }, (_, index) => file(`a/${index}`)),
      ),
    );
    await readDrop(data, (some) => sizes.push(some.length));
    expect(sizes).toEqual([100, 100, 50]);
  });

  test('a browser without entries gives its files', async () => {
    const data = {
      items: [{ webkitGetAsEntry: () => null }],
      files: [new File(['x'], 'a')],
    } as unknown as DataTransfer;
    expect(await pathsOf(data)).toEqual(['a']);
  });

  test('a folder that cannot be read is an error, not an empty drop', async () => {
    const broken = {
      ...folder('a', []),
      createReader: () => ({
        readEntries: (_: unknown, failed: (error: Error) => void) =>
          failed(new Error('not allowed')),
      }),
    };
    await expect(pathsOf(drop(broken))).rejects.toThrow('not allowed');
  });
});

test('files of a folder input keep their path', () => {
  const chosen = Object.assign(new File(['x'], 'a.jpg'), { webkitRelativePath: 'trip/a.jpg' });
  expect(readInput([chosen])[0]?.path).toBe('trip/a.jpg');
});
