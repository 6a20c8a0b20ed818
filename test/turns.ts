/**
 * What several speak at once, for one who listens to one at a time: nothing is lost, and each is
 * heard as a whole.
 */

export interface Turn {
  readonly say: (word: unknown) => void
  readonly end: () => void
}

/**
 * Who began first is heard as they speak; what the others say is kept until it is their turn.
 *
 * @returns what begins a turn
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
