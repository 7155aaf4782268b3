/** Where on the picture things were found: boxes as fractions of the upright picture. */
import type { Box, Image, Label, Text } from '../api/types';

export type Kind = 'label' | 'face' | 'text';

/** A row of the list beside the picture, with its boxes. */
export interface Row {
  id: string;
  kind: Kind;
  name: string;
  /** From 0 to 100; null where the full result has expired. */
  confidence: number | null;
  boxes: readonly Box[];
  parents: readonly string[];
}

/** One box on the picture. */
export interface Mark {
  id: string;
  row: string;
  kind: Kind;
  title: string;
  box: Box;
}

const FACE = 'Face';

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** The part of a box that is on the picture; null where nothing of it is. */
export function onPicture(box: Box): Box | null {
  const left = clamp(box.left);
  const top = clamp(box.top);
  const width = clamp(box.left + box.width) - left;
  const height = clamp(box.top + box.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : null;
}

const usable = (boxes: readonly (Box | null)[]): Box[] =>
  boxes.flatMap((box) => {
    const shown = box && onPicture(box);
    return shown ? [shown] : [];
  });

function labelRow(label: Label, index: number): Row {
  const boxes = usable(label.instances.map(({ box }) => box));
  return {
    id: `label-${index}`,
    kind: 'label',
    name: label.name,
    confidence: label.confidence,
    boxes,
    parents: label.parents,
  };
}

function faceRows(faces: readonly Label[]): Row[] {
  const instances = faces.flatMap((label) => label.instances);
  return instances.map(({ confidence, box }, index) => ({
    id: `face-${index}`,
    kind: 'face',
    name: instances.length === 1 ? 'Face' : `Face ${index + 1}`,
    confidence,
    boxes: usable([box]),
    parents: [],
  }));
}

function lineRow(line: Text): Row {
  return {
    id: `text-${line.id}`,
    kind: 'text',
    name: line.text,
    confidence: line.confidence,
    boxes: usable([line.box]),
    parents: [],
  };
}

/** The lists beside the picture. Faces are the places of the label `Face`. */
export function rowsOf(image: Pick<Image, 'labels' | 'text'>): Record<Kind, Row[]> {
  const faces = image.labels.filter(({ name, instances }) => name === FACE && instances.length > 0);
  return {
    label: image.labels.filter((label) => !faces.includes(label)).map(labelRow),
    face: faceRows(faces),
    text: image.text.filter(({ kind }) => kind === 'LINE').map(lineRow),
  };
}

/** Fractions of the picture: sides that are nearer than this lie on each other for people. */
const SAME = 0.006;
/** How far a box is drawn outside of one that it would lie under. */
const APART = 0.012;

const coincide = (one: Box, other: Box): boolean =>
  Math.abs(one.left - other.left) < SAME &&
  Math.abs(one.top - other.top) < SAME &&
  Math.abs(one.left + one.width - other.left - other.width) < SAME &&
  Math.abs(one.top + one.height - other.top - other.height) < SAME;

/** Draws a box around those that would hide it, so that each is seen and can be pointed at. */
function apart(marks: readonly Mark[]): Mark[] {
  return marks.map((mark, index) => {
    const { box } = mark;
    const above = marks.slice(index + 1).filter((other) => coincide(box, other.box)).length;
    if (above === 0) return mark;
    const by = APART * above;
    const wide = {
      left: box.left - by,
      top: box.top - by,
      width: box.width + 2 * by,
      height: box.height + 2 * by,
    };
    return { ...mark, box: onPicture(wide) ?? box };
  });
}

/** All boxes, large ones first: small ones are drawn above them, so that each can be pointed at. */
export function marksOf(rows: Record<Kind, readonly Row[]>, shown: ReadonlySet<Kind>): Mark[] {
  const area = ({ box }: Mark) => box.width * box.height;
  const marks = (['label', 'face', 'text'] as const)
    .filter((kind) => shown.has(kind))
    .flatMap((kind) => rows[kind])
    .flatMap((row) =>
      row.boxes.map((box, index) => ({
        id: `${row.id}-${index}`,
        row: row.id,
        kind: row.kind,
        title: row.confidence === null ? row.name : `${row.name}, ${Math.round(row.confidence)} %`,
        box,
      })),
    )
    .sort((one, other) => area(other) - area(one));
  return apart(marks);
}
