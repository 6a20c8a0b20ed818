/**
 * Which checkpoint folder an election's count is in: `FOLDER/ELECTION/1`, and the next number each
 * time one had to be given up. Given-up folders are left as they are, as evidence.
 *
 * The folders may lie where only the Spark server sees them, so the server is asked: a folder is
 * one while there is any file of Spark's in it, and the highest number is the current one.
 */
import { type SparkConnection, SparkFault } from './connection.ts'

/** @throws {SparkFault} @returns 0 where there is none yet */
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

/** @param files paths or addresses in folders `/NUMBER/`; others are passed over */
export function highestNumber(files: readonly string[]): number {
  const numbers = files.map((file) =>
    Number(/\/([1-9]\d{0,8})\/(?:metadata|offsets\/[^/]+|commits\/[^/]+)$/.exec(file)?.[1] ?? 0),
  )
  return Math.max(0, ...numbers)
}
