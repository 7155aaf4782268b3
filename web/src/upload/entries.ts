import type { Dropped } from './queue';

/** Files that folders have for themselves, and that nobody means to upload. */
const HIDDEN = /^(\.|Thumbs\.db$|desktop\.ini$)/i;

const filesOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

/** One call answers at most 100 entries, so it is called until there are none. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function* walk(entry: FileSystemEntry): AsyncGenerator<Dropped> {
  if (entry.isFile) {
    const file = await filesOf(entry as FileSystemFileEntry);
    const path = entry.fullPath.replace(/^\//, '');
    if (!HIDDEN.test(file.name)) yield { file, path };
  } else if (entry.isDirectory && !HIDDEN.test(entry.name)) {
    const children = await childrenOf(entry as FileSystemDirectoryEntry);
    children.sort((one, other) => one.name.localeCompare(other.name));
    for (const child of children) yield* walk(child);
  }
}

/** Calls `take` with the files of a drop, some at a time; folders are walked through. */
export async function readDrop(
  data: DataTransfer,
  take: (files: Dropped[]) => void,
): Promise<void> {
  // The list is emptied as soon as the event is over, so it is read before anything is awaited.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry());
  const plain = [...data.files];
  if (!entries.some((entry) => entry !== null)) {
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
