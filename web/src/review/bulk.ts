import { SessionOverError, sentenceOf } from '../api/problem';

export interface Failure {
  id: string;
  sentence: string;
}

const AT_ONCE = 4;

/** Approves many images; tells after each how many are done, and returns what failed and why. */
export async function approveAll(
  ids: readonly string[],
  approve: (id: string) => Promise<unknown>,
  onDone: (id: string, failure: Failure | null) => void,
): Promise<Failure[]> {
  const left = [...ids];
  const failures: Failure[] = [];
  const worker = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      let failure: Failure | null = null;
      try {
        await approve(id);
      } catch (error) {
        // No further one would be taken either.
        if (error instanceof SessionOverError) throw error;
        failure = { id, sentence: sentenceOf(error) };
        failures.push(failure);
      }
      onDone(id, failure);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failures;
}
