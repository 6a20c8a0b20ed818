/**
 * Merges the output of several concurrent writers for one reader: nothing is lost, and each
 * writer's output stays together.
 */

export interface Turn {
  readonly say: (word: unknown) => void
  readonly end: () => void
}

/**
 * The output of the first writer passes through at once. The others' output is kept until their
 * turn.
 *
 * @returns a function that registers a writer
 */
export function inTurns(listen: (word: unknown) => void): () => Turn {
  const waiting: { readonly said: unknown[]; ended: boolean }[] = []
  return () => {
    const own = { said: [] as unknown[], ended: false }
    waiting.push(own)
    return {
      say: (word) => {
        if (own === waiting[0]) listen(word)
        else own.said.push(word)
      },
      end: () => {
        own.ended = true
        while (waiting[0]?.ended) {
          waiting.shift()
          for (const word of waiting[0]?.said.splice(0) ?? []) listen(word)
        }
      },
    }
  }
}
