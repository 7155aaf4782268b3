import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const INLINE_FONT = /url\((["']?)data:font\/(woff2?);base64,([A-Za-z0-9+/=]+)\1\)/g;

/** Makes files of the fonts that Cloudscape has in its styles: the policy takes no data: addresses. */
export function fontFiles(): Plugin {
  return {
    name: 'font-files',
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type !== 'asset' || !part.fileName.endsWith('.css')) continue;
        part.source = part.source
          .toString()
          .replace(INLINE_FONT, (_whole, _quote, kind: string, data: string) => {
            const source = Buffer.from(data, 'base64');
            const digest = createHash('sha256').update(source).digest('hex').slice(0, 8);
            const name = `font-${digest}.${kind}`;
            // The styles lie in assets/ too.
            this.emitFile({ type: 'asset', fileName: `assets/${name}`, source });
            return `url(${name})`;
          });
      }
    },
  };
}
