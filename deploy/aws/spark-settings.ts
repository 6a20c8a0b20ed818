/**
 * Spark on the machine of the tally: the settings that `npm run cluster` gives it, for another
 * place.
 */

import { sparkSettings } from '../../tools/engines/engines/spark.ts'
import { checkpointsDir } from '../../tools/engines/folder.ts'

/** The state directory of its service (machine/elections-node). */
const HOME = '/var/lib/elections-spark'
/** Where the tally reaches it, on loopback. */
const PORT = 15_002

export const SPARK_CHECKPOINTS = checkpointsDir(HOME)

/** Arguments of Java, one a line: `java @settings`. */
export function sparkArguments(): string {
  const settings = { ...sparkSettings({ dir: HOME, ports: { spark: PORT } }), 'spark.master': 'local[*]' }
  return Object.entries(settings)
    .map(([name, value]) => `-D${name}=${value}\n`)
    .join('')
}
