/** Finds a recent enough Java, and sets how its engines log. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findProgram } from './programs.ts'

/** What Kafka 4 and Spark 4 need. */
export const OLDEST_JAVA = 17
const JAVA_HOMES = '/usr/lib/jvm'

/**
 * Warnings and errors go into the file that the property `elections.log` names, limited to a few
 * MB.
 */
export const LOGGING_FILE = fileURLToPath(new URL('log4j2.properties', import.meta.url))

/** With up to this many processors, Java's compilers and collectors take time from the votes. */
const FEW_PROCESSORS = 4

/**
 * Java options of an engine for the number of processors that it shares with everything else. With
 * few processors only the first compiler is used: the second took 40 % of Spark's processor time
 * while 120,000 ballots were counted, and its code saved less than that. With one compiler Java
 * reserves 48 MB for compiled code. Spark fills them with a few counts, and then Java discards code
 * and compiles it again.
 */
export function javaOptions(processors = availableParallelism()): readonly string[] {
  const few = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:ReservedCodeCacheSize=160m']
  return [...(processors <= FEW_PROCESSORS ? few : ['-XX:+UseG1GC']), '-XX:+ExitOnOutOfMemoryError']
}

let found: string | undefined

/** Checks JAVA_HOME, the PATH and Debian's folders, in this order. */
export function findJava(): string | undefined {
  found ??= candidates().find((file) => (javaVersion(file) ?? 0) >= OLDEST_JAVA)
  return found
}

function candidates(): readonly string[] {
  const homes = existsSync(JAVA_HOMES) ? readdirSync(JAVA_HOMES).sort() : []
  return [
    ...(process.env.JAVA_HOME ? [join(process.env.JAVA_HOME, 'bin', 'java')] : []),
    findProgram('java'),
    ...homes.map((home) => join(JAVA_HOMES, home, 'bin', 'java')),
  ].filter((file) => file !== undefined && existsSync(file)) as string[]
}

/** Returns 17 for `openjdk version "17.0.15"`. */
export function javaVersion(file: string): number | undefined {
  const { stderr } = spawnSync(file, ['-version'], { encoding: 'utf8' })
  const version = /version "(\d+)/.exec(stderr ?? '')
  return version === null ? undefined : Number(version[1])
}
