/**
 * Makes the file from which machines on AWS run the product: the package as `npm pack` packs it,
 * the dependencies of the lock file, and the pinned Node for Linux. So a machine downloads nothing
 * from a registry when it starts.
 *
 * usage: bundle.ts [arm64|x64] [FILE]     the program
 *        bundle.ts spark [FILE]          Spark with its Kafka connector, for all processors; Maven downloads it once
 */
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { classPath } from '../../tools/engines/class-path.ts'
import { sparkArguments } from './spark-settings.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const ARCHES = ['arm64', 'x64'] as const
/** Node, as the package for this processor installs it. */
const NODE = (arch: string) => join('node_modules', `node-linux-${arch}`, 'bin', 'node')

const SPARK = 'spark'
/** Files beside Spark's jars; the image for Kubernetes contains the same ones. */
const SPARK_FILES = ['java-options', 'log4j2-stderr.properties']

const [
  what = 'arm64',
  file = join(ROOT, 'build', 'aws', what === SPARK ? 'spark.tgz' : `elections-${what}.tgz`),
] = process.argv.slice(2)
if (what !== SPARK && !ARCHES.some((each) => each === what)) {
  console.error('usage: bundle.ts [arm64|x64|spark] [FILE]')
  process.exit(2)
}
const work = mkdtempSync(join(tmpdir(), 'elections-bundle-'))
try {
  if (what === SPARK) await makeSparkBundle(work, resolve(file))
  else makeBundle(work, what, resolve(file))
  console.log(resolve(file))
} finally {
  rmSync(work, { recursive: true, force: true })
}

function makeBundle(folder: string, of: string, to: string): void {
  const product = join(folder, 'product')
  mkdirSync(product)
  npm(['pack', '--silent', '--pack-destination', folder], ROOT)
  const packed = readdirSync(folder).find((name) => name.endsWith('.tgz'))!
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    if (existsSync(join(ROOT, name))) copyFileSync(join(ROOT, name), join(product, name))
  npm(
    [
      'ci',
      '--omit=dev',
      '--ignore-scripts',
      '--os=linux',
      `--cpu=${of}`,
      '--no-audit',
      '--no-fund',
      '--silent',
    ],
    product,
  )
  renameSync(join(product, NODE(of)), join(product, 'node'))
  rmSync(join(product, dirname(dirname(NODE(of)))), { recursive: true })
  execFileSync('tar', ['-xzf', packed, '-C', folder], { cwd: folder })
  cpSync(join(folder, 'package'), product, { recursive: true })
  rmSync(join(product, 'package-lock.json'))
  mkdirSync(dirname(to), { recursive: true })
  pack(product, to)
}

async function makeSparkBundle(folder: string, to: string): Promise<void> {
  const jars = await classPath(SPARK, (text) => console.error(text))
  cpSync(jars, join(folder, 'spark', 'jars'), {
    recursive: true,
    filter: (path) => !path.endsWith('.complete'),
  })
  for (const name of SPARK_FILES)
    copyFileSync(join(ROOT, 'tools', 'engines', SPARK, name), join(folder, 'spark', name))
  writeFileSync(join(folder, 'spark', 'settings'), sparkArguments())
  mkdirSync(dirname(to), { recursive: true })
  pack(join(folder, 'spark'), to)
}

/**
 * Packs the same bytes every time: names sorted, no timestamps. A bundle with another hash would
 * replace every machine.
 */
function pack(folder: string, to: string): void {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  for (const path of ['', ...entries]) lutimesSync(join(folder, path), 0, 0)
  const list = execFileSync(
    'tar',
    ['-cf', '-', '--no-recursion', '--format=ustar', '-C', folder, '-T', '-'],
    {
      input: entries.join('\n'),
      maxBuffer: 2 ** 30,
    },
  )
  const fresh = `${to}.new`
  execFileSync('sh', ['-c', 'gzip -n >"$1"', 'sh', fresh], { input: list })
  renameSync(fresh, to)
}

function npm(args: readonly string[], cwd: string): void {
  const path = process.env.npm_execpath
  const [command, before] = path?.endsWith('.js') ? [process.execPath, [path]] : ['npm', []]
  execFileSync(command, [...before, ...args], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}
