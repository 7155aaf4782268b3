/** The keys of the review. They work while nobody types, and can be switched off (WCAG 2.1.4). */

export type Action = 'approve' | 'correct' | 'reject' | 'next' | 'undo' | 'help';

/** Under which name the browser keeps whether somebody uses the keys. */
export const KEYS_FLAG = 'sightline.review-keys';

export const KEYS: Readonly<Record<string, Action>> = {
  a: 'approve',
  c: 'correct',
  r: 'reject',
  n: 'next',
  u: 'undo',
  '?': 'help',
};

export const HELP: readonly { key: string; does: string }[] = [
  { key: 'a', does: 'Approve: what was found is right' },
  { key: 'c', does: 'Correct labels or text' },
  { key: 'r', does: 'Reject, with the reason' },
  { key: 'n', does: 'Next image, without a decision' },
  { key: 'u', does: 'Undo the decision that is shown, or else your last one' },
  { key: '?', does: 'This list' },
];

export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  repeat: boolean;
  target: unknown;
}

const TYPED_INTO =
  'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';

function isTypedInto(target: unknown): boolean {
  const element = target as { closest?: (selector: string) => unknown } | null;
  // Also in a dialog: its own buttons decide there.
  return Boolean(element?.closest?.(`${TYPED_INTO}, [role=dialog]`));
}

/** What a key press means; null for most. */
export function actionOf(press: Press): Action | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.repeat) return null;
  if (isTypedInto(press.target)) return null;
  const key = press.key.toLowerCase();
  return Object.hasOwn(KEYS, key) ? (KEYS[key] ?? null) : null;
}
