/** How much compressed JavaScript the first load takes; fails above the limit of the project. */
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';

const LIMIT_KB = 300;
const PAGES: Record<string, string[]> = {
  'sign-in': ['src/main.tsx'],
  'sign-in and gallery': ['src/main.tsx', 'src/gallery/GalleryPage.tsx'],
};

const built = (await build({
  logLevel: 'error',
  build: { write: false },
})) as Rolldown.RolldownOutput;
const chunks = built.output.filter((part) => part.type === 'chunk');
const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));

/** A module's chunk, and all that it imports at once. */
function filesOf(module: string): Set<string> {
  const start = chunks.find((chunk) => chunk.moduleIds.some((id) => id.endsWith(`/web/${module}`)));
  if (!start) throw new Error(`${module} is in no file of the build`);
  const files = new Set<string>();
  const add = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    byFile.get(file)?.imports.forEach(add);
  };
  add(start.fileName);
  return files;
}

const kilobytes = (files: Iterable<string>): number =>
  [...files].reduce(
    (sum, file) => sum + gzipSync(byFile.get(file)?.code ?? '', { level: 6 }).length,
    0,
  ) / 1024;

let tooLarge = false;
for (const [page, modules] of Object.entries(PAGES)) {
  const files = new Set(modules.flatMap((module) => [...filesOf(module)]));
  const size = kilobytes(files);
  tooLarge ||= size > LIMIT_KB;
  console.log(
    `${page}: ${size.toFixed(1)} KB of JavaScript with gzip, in ${files.size} files (at most ${LIMIT_KB})`,
  );
}
process.exitCode = tooLarge ? 1 : 0;
