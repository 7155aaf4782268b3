/** Rekognition's ImageProperties, read with care: their shape is AWS's, not ours. */

type Document = Record<string, unknown>;

const asDocument = (value: unknown): Document =>
  typeof value === 'object' && value !== null ? (value as Document) : {};

/** Brightness, sharpness and contrast, from 0 to 100. */
export function qualities(properties: Document | null): { name: string; value: string }[] {
  const quality = asDocument(properties?.Quality);
  return ['Brightness', 'Sharpness', 'Contrast'].flatMap((name) => {
    const value = quality[name];
    return typeof value === 'number' ? [{ name, value: `${Math.round(value)} of 100` }] : [];
  });
}

/** The dominant colours, with the share of pixels that have each. */
export function colours(
  properties: Document | null,
): { hex: string; name: string; share: string }[] {
  const all = properties?.DominantColors;
  if (!Array.isArray(all)) return [];
  return all.map(asDocument).flatMap((colour) => {
    const hex = colour.HexCode;
    // It goes into an attribute of the page.
    if (typeof hex !== 'string' || !/^#[0-9a-f]{6}$/i.test(hex)) return [];
    const name = colour.SimplifiedColor ?? colour.CSSColor;
    const share =
      typeof colour.PixelPercent === 'number' ? `${Math.round(colour.PixelPercent)} %` : '';
    return [{ hex, name: typeof name === 'string' ? name : '', share }];
  });
}
