import { useEffect, useRef, useState } from 'react';
import { drawThumbnail } from './drawing';

/** A small picture of a file that is on screen; off screen it gives its memory back. */
export function Thumbnail({ file, format }: { file: File; format: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    let abort = new AbortController();
    const observer = new IntersectionObserver(
      ([entry]) => {
        abort.abort();
        if (entry?.isIntersecting) {
          abort = new AbortController();
          void drawThumbnail(file, element, abort.signal).then((done) => done && setDrawn(true));
        } else {
          element.width = 0;
          setDrawn(false);
        }
      },
      { rootMargin: '200px' },
    );
    observer.observe(element.parentElement as Element);
    return () => {
      abort.abort();
      observer.disconnect();
    };
  }, [file]);
  return (
    <span className="upload-thumbnail" aria-hidden="true">
      {!drawn && <span>{format}</span>}
      <canvas ref={canvas} hidden={!drawn} />
    </span>
  );
}
