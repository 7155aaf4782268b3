/** Small pictures of files. Decoding a photo takes its pixels in memory, so one at a time. */

import { isAborted } from '../common/waiting';

const EDGE = 96;

let last: Promise<unknown> = Promise.resolve();

/** Draws a file into a canvas, cut to a square; false for what this browser cannot decode. */
export function drawThumbnail(
  file: Blob,
  canvas: HTMLCanvasElement,
  signal: AbortSignal,
): Promise<boolean> {
  const drawn = last.then(async () => {
    if (isAborted(signal)) return false;
    let picture: ImageBitmap;
    try {
      picture = await createImageBitmap(file, { resizeHeight: EDGE * 2, resizeQuality: 'low' });
    } catch {
      return false; // HEIC and TIFF, in most browsers
    }
    try {
      if (isAborted(signal)) return false;
      const side = Math.min(picture.width, picture.height);
      canvas.width = EDGE;
      canvas.height = EDGE;
      canvas
        .getContext('2d')
        ?.drawImage(
          picture,
          (picture.width - side) / 2,
          (picture.height - side) / 2,
          side,
          side,
          0,
          0,
          EDGE,
          EDGE,
        );
      return true;
    } finally {
      picture.close();
    }
  });
  last = drawn.catch(() => undefined);
  return drawn;
}
