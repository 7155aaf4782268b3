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

  test('what cannot be read costs itself, and is told', async () => {
    const locked = {
      ...file('a/2-locked'),
      file: (_: unknown, failed: (error: Error) => void) => failed(new Error('locked')),
    };
    let asked = 0;
    const broken = {
      ...folder('a/broken', []),
      createReader: () => ({
        readEntries: (done: (some: object[]) => void, failed: (error: Error) => void) => {
          asked += 1;
          if (asked === 1) done([file('a/broken/1')]);
          else failed(new Error('not allowed'));
        },
      }),
    };
    const taken: Dropped[] = [];
    const inside = folder('a', [file('a/1'), locked, file('a/3'), broken]);
    await readDrop(drop(inside, file('z')), (some) => taken.push(...some));
    expect(taken.map(({ path, problem }) => [path, problem !== undefined])).toEqual([
      ['a/1', false],
      ['a/2-locked', true],
      ['a/3', false],
      ['a/broken/1', false],
      ['a/broken', true],
      ['z', false],
    ]);
    expect(taken[1]?.problem).toMatch(/^It could not be read/);
  });

  test('a drop without any file says so', async () => {
    const text = { items: [{ webkitGetAsEntry: () => null }], files: [] } as unknown;
    await expect(pathsOf(text as DataTransfer)).rejects.toThrow('There is no file in it');
  });
});

test('files of a folder input keep their path', () => {
  const chosen = Object.assign(new File(['x'], 'a.jpg'), { webkitRelativePath: 'trip/a.jpg' });
  expect(readInput([chosen])[0]?.path).toBe('trip/a.jpg');
});
