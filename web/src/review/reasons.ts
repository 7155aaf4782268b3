/** Why an image waits, as a sentence of the reasons that rules gave. */
export function reasonsOf(reasons: readonly string[]): string {
  if (reasons.length === 0) return 'Waits for a person.';
  const text = reasons.join('; ');
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
