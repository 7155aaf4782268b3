import { sentence } from '../common/format';

/** Why an image waits, as a sentence of the reasons that rules gave. */
export function reasonsOf(reasons: readonly string[]): string {
  return sentence(reasons.join('; ')) || 'Waits for a person.';
}
