/**
 * The checkpoint folder of an election's count: `FOLDER/ELECTION/1`, and the next number each time
 * one was given up. Given-up folders remain unchanged, as evidence.
 *
 * The folders may be visible only to the Spark server, so the server is queried: a folder counts if
 * it contains any file of Spark's, and the highest number is the current one.
 */
import { type SparkConnection, SparkFault } from './connection.ts'

/**
 * @returns 0 if there is no folder yet
 * @throws {SparkFault}
 */
export async function highestCheckpoint(
  spark: SparkConnection,
  sessionId: string,
  root: string,
): Promise<number> {
  try {
    const { inputFiles } = await spark.analyze(sessionId, {
      inputFiles: {
        plan: {
          root: {
            read: {
              isStreaming: false,
              dataSource: { format: 'text', paths: [`${root}/*/{metadata,offsets/*,commits/*}`] },
            },
          },
        },
      },
    })
    return highestNumber(inputFiles?.files ?? [])
  } catch (error) {
    if (error instanceof SparkFault && error.errorClass === 'PATH_NOT_FOUND') return 0
    throw error
  }
}

export const checkpointsOf = (folder: string, electionId: string): string =>
  `${folder.replace(/\/+$/, '')}/${electionId}`

/** @param files paths or addresses in folders `/NUMBER/`; others are ignored */
export function highestNumber(files: readonly string[]): number {
  const numbers = files.map((file) =>
    Number(/\/([1-9]\d{0,8})\/(?:metadata|offsets\/[^/]+|commits\/[^/]+)$/.exec(file)?.[1] ?? 0),
  )
  return Math.max(0, ...numbers)
}
