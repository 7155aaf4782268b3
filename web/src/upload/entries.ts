import type { Dropped } from './queue';

/** Files that folders have for themselves, and that nobody means to upload. */
const HIDDEN = /^(\.|Thumbs\.db$|desktop\.ini$)/i;

const filesOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

const UNREADABLE = 'It could not be read. It may be open in another program, or not yours to read.';

const pathOf = (entry: FileSystemEntry): string => entry.fullPath.replace(/^\//, '');

/** One call answers at most 100 entries, so it is called until there are none. */
async function* childrenOf(folder: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry> {
  const reader = folder.createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    yield* some;
  }
}

/** What cannot be read costs itself, and nothing that stands beside it. */
async function* walk(entry: FileSystemEntry): AsyncGenerator<Dropped> {
  const path = pathOf(entry);
  if (HIDDEN.test(entry.name)) return;
  if (entry.isFile) {
    try {
      yield { file: await filesOf(entry as FileSystemFileEntry), path };
    } catch {
      yield { path, problem: UNREADABLE };
    }
  } else if (entry.isDirectory) {
    const children: FileSystemEntry[] = [];
    let problem: string | null = null;
    try {
      for await (const child of childrenOf(entry as FileSystemDirectoryEntry)) children.push(child);
    } catch {
      problem = `This folder could not be read to its end. ${UNREADABLE}`;
    }
    children.sort((one, other) => one.name.localeCompare(other.name));
    for (const child of children) yield* walk(child);
    if (problem) yield { path, problem };
  }
}

/**
 * Calls `take` with the files of a drop, some at a time; folders are walked through. Raises an
 * Error with a sentence when there is no file in it.
 */
export async function readDrop(
  data: DataTransfer,
  take: (files: Dropped[]) => void,
): Promise<void> {
  // The list is emptied as soon as the event is over, so it is read before anything is awaited.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry());
  const plain = [...data.files];
  if (!entries.some((entry) => entry !== null)) {
    if (plain.length === 0) {
      throw new Error('There is no file in it. Save the picture first, then drop its file.');
    }
    take(readInput(plain));
    return;
  }
  let some: Dropped[] = [];
  for (const entry of entries) {
    if (!entry) continue;
    for await (const dropped of walk(entry)) {
      some.push(dropped);
      if (some.length >= 100) {
        take(some);
        some = [];
      }
    }
  }
  if (some.length > 0) take(some);
}

/** The files of a file input; those of a folder have its path. */
export function readInput(files: readonly File[]): Dropped[] {
  return files
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }))
    .filter(({ file }) => !HIDDEN.test(file.name));
}
