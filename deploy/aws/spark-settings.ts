/**
 * Spark on the tally's machine: the settings of `npm run cluster` with other paths.
 */

import { sparkSettings } from '../../tools/engines/engines/spark.ts'
import { checkpointsDir } from '../../tools/engines/folder.ts'

/** The state directory of its service (machine/elections-node). */
const HOME = '/var/lib/elections-spark'
/** Port of Spark Connect, on loopback. */
const PORT = 15_002

export const SPARK_CHECKPOINTS = checkpointsDir(HOME)

/** Returns the arguments of Java, one per line, for `java @settings`. */
export function sparkArguments(): string {
  const settings = { ...sparkSettings({ dir: HOME, ports: { spark: PORT } }), 'spark.master': 'local[*]' }
  return Object.entries(settings)
    .map(([name, value]) => `-D${name}=${value}\n`)
    .join('')
}
