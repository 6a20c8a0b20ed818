/**
 * Makes the one file that machines on AWS run the product from: the package as `npm pack` packs it, its dependencies as the
 * lock file has them, and the pinned Node for Linux. No registry is asked by a machine that starts.
 *
 * usage: bundle.ts [arm64|x64] [FILE]
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
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const ARCHES = ['arm64', 'x64'] as const
/** What only a clone needs of the package that npm installs beside the others. */
const NODE = (arch: string) => join('node_modules', `node-linux-${arch}`, 'bin', 'node')

const [arch = 'arm64', file = join(ROOT, 'build', 'aws', `elections-${arch}.tgz`)] = process.argv.slice(2)
if (!ARCHES.some((each) => each === arch)) {
  console.error('usage: bundle.ts [arm64|x64] [FILE]')
  process.exit(2)
}
const work = mkdtempSync(join(tmpdir(), 'elections-bundle-'))
try {
  makeBundle(work, arch, resolve(file))
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

/** The same bytes each time on one machine, for another file would be another machine: names sorted, no times. */
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
