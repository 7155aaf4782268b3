import { SessionOverError, sentenceOf } from '../api/problem';

export interface Failure {
  id: string;
  sentence: string;
}

const AT_ONCE = 4;

/** Decides about many images, a few at a time; tells after each what came of it.
 *
 * What fails is told as well, and the others go on. Only the end of the session ends it: nothing
 * more is begun or told then, and where that is what a request says, it throws.
 */
export async function decideAll<One extends { id: string }, Made>(
  all: readonly One[],
  decide: (one: One) => Promise<Made>,
  onDone: (one: One, made: Made | null, failure: Failure | null) => void,
  over: AbortSignal,
): Promise<void> {
  const left = [...all];
  const goesOn = () => !over.aborted;
  const worker = async () => {
    for (let one = left.shift(); one !== undefined && goesOn(); one = left.shift()) {
      let made: Made | null = null;
      let failure: Failure | null = null;
      try {
        made = await decide(one);
      } catch (error) {
        if (error instanceof SessionOverError) {
          // No further one would be taken either.
          left.length = 0;
          throw error;
        }
        failure = { id: one.id, sentence: sentenceOf(error) };
      }
      if (goesOn()) onDone(one, made, failure);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
