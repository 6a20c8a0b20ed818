/**
 * The jars of Kafka and Spark: fetched by Maven once per user and version, into a folder each,
 * because their dependencies do not go together. Which ones, the pom.xml of each says.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bornAt } from './processes.ts'
import { ClusterRefusal } from './refusal.ts'

export type JavaEngine = 'kafka' | 'spark'

/** Says that a folder is whole and for which pom.xml; written last. */
const STAMP = '.complete'

/** Between the name of a folder in the making and the process that makes it. */
const DRAFT = '.part-'

const SIZE_MB: Readonly<Record<JavaEngine, number>> = { kafka: 45, spark: 300 }

function pomFile(engine: JavaEngine): string {
  return fileURLToPath(new URL(`${engine}/pom.xml`, import.meta.url))
}

/** The version that pom.xml asks for. */
export function engineVersion(engine: JavaEngine): string {
  return /<engine\.version>([^<]+)</.exec(readFileSync(pomFile(engine), 'utf8'))![1]!
}

/** The user's cache, by the XDG base directory specification. */
function cacheDir(): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return join(base, 'digital-elections', 'engines')
}

function jarsDir(engine: JavaEngine): string {
  return join(cacheDir(), `${engine}-${engineVersion(engine)}`)
}

function wanted(engine: JavaEngine): string {
  return createHash('sha256')
    .update(readFileSync(pomFile(engine)))
    .digest('hex')
}

export function hasClassPath(engine: JavaEngine): boolean {
  const stamp = join(jarsDir(engine), STAMP)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted(engine)
}

/**
 * The folder with the engine's jars, fetched where it is not whole.
 * @param say told what takes long
 * @throws {ClusterRefusal} where Maven cannot fetch them
 */
export async function classPath(
  engine: JavaEngine,
  say: (text: string) => void = () => {},
  signal?: AbortSignal,
): Promise<string> {
  const dir = jarsDir(engine)
  if (hasClassPath(engine)) return dir
  say(`fetching ${engine} ${engineVersion(engine)} with Maven (${SIZE_MB[engine]} MB), once`)
  removeAbandoned(dir)
  const draft = `${dir}${DRAFT}${process.pid}`
  mkdirSync(draft, { recursive: true })
  try {
    await fetchJars(engine, draft, signal)
    writeFileSync(join(draft, STAMP), wanted(engine))
    putInPlace(engine, draft, dir)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return dir
}

/** What was being fetched when its process was killed. */
function removeAbandoned(dir: string): void {
  if (!existsSync(dirname(dir))) return
  for (const name of readdirSync(dirname(dir))) {
    const [whose, pid] = name.split(DRAFT)
    if (whose !== basename(dir) || pid === undefined || bornAt(Number(pid)) !== undefined) continue
    rmSync(join(dirname(dir), name), { recursive: true, force: true })
  }
}

async function fetchJars(engine: JavaEngine, into: string, signal: AbortSignal | undefined): Promise<void> {
  const args = ['--batch-mode', '--quiet', '--strict-checksums', '--file', pomFile(engine)]
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${into}`]
  const maven = spawn('mvn', [...args, ...goal], {
    cwd: dirname(into),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  })
  let said = ''
  for (const stream of [maven.stdout, maven.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-20_000)
    })
  const [code] = (await once(maven, 'close')) as [number | null]
  if (code === 0) return
  const why = said.split('\n').find((line) => line.includes('ERROR')) ?? said.trim()
  throw new ClusterRefusal(`Maven could not fetch ${engine} ${engineVersion(engine)}: ${why}`)
}

/** Another process may have been quicker; what it put there is as good. */
function putInPlace(engine: JavaEngine, draft: string, dir: string): void {
  if (hasClassPath(engine)) return
  rmSync(dir, { recursive: true, force: true })
  try {
    renameSync(draft, dir)
  } catch (cause) {
    if (!hasClassPath(engine)) throw cause
  }
}
