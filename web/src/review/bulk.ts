import { SessionOverError, sentenceOf } from '../api/problem';

export interface Failure {
  id: string;
  sentence: string;
}

const AT_ONCE = 4;

/** Decides about many images, a few at a time; tells after each what came of it.
 *
 * What fails is told as well, and the others go on; only the end of the session ends it: it throws.
 */
export async function decideAll<One extends { id: string }, Made>(
  all: readonly One[],
  decide: (one: One) => Promise<Made>,
  onDone: (one: One, made: Made | null, failure: Failure | null) => void,
): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      try {
        onDone(one, await decide(one), null);
      } catch (error) {
        // No further one would be taken either.
        if (error instanceof SessionOverError) throw error;
        onDone(one, null, { id: one.id, sentence: sentenceOf(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
