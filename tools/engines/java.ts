/** A Java that is new enough, and how its engines log. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findProgram } from './programs.ts'

/** What Kafka 4 and Spark 4 need. */
export const OLDEST_JAVA = 17
const JAVA_HOMES = '/usr/lib/jvm'

/** Warnings and errors into the file that the property `elections.log` names, a few MB of them. */
export const LOGGING_FILE = fileURLToPath(new URL('log4j2.properties', import.meta.url))

/** Up to here the compilers and collectors of Java take processors from the votes. */
const FEW_PROCESSORS = 4

/**
 * Options of an engine's Java by how many processors it shares with everything else. On few, the
 * first compiler alone: the second took 40 % of Spark's processor time while 120,000 ballots were
 * counted, and its code saved less than that. With it alone Java reserves 48 MB for compiled code.
 * Spark fills them with a few counts, and Java then discards code and compiles it again.
 */
export function javaOptions(processors = availableParallelism()): readonly string[] {
  const few = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:ReservedCodeCacheSize=160m']
  return [...(processors <= FEW_PROCESSORS ? few : ['-XX:+UseG1GC']), '-XX:+ExitOnOutOfMemoryError']
}

let found: string | undefined

/** Looks at JAVA_HOME, the PATH and where Debian puts them, in this order. */
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

/** 17 for `openjdk version "17.0.15"`. */
export function javaVersion(file: string): number | undefined {
  const { stderr } = spawnSync(file, ['-version'], { encoding: 'utf8' })
  const version = /version "(\d+)/.exec(stderr ?? '')
  return version === null ? undefined : Number(version[1])
}
