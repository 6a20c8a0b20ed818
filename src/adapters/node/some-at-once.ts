/**
 * Does all of it, some at once; after a failure none is begun. @throws the first failure, when all
 * begun have ended
 */
export async function someAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values()
  let failure: { readonly cause: unknown } | undefined
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (failure !== undefined) return
      try {
        await work(item)
      } catch (cause) {
        failure ??= { cause }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  if (failure !== undefined) throw failure.cause
}
