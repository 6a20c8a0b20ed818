/** Finds the modules that a command loads: ours, those of packages, and Node's. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunEnd, runCli, SOURCE_MAIN } from './server.ts'

const SOURCES = new URL('../src/', import.meta.url).href
const PACKAGES = new URL('../node_modules/', import.meta.url).href
/** Records every module that any thread resolves. */
const RECORDER = `
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
registerHooks({
  resolve: (name, context, next) => {
    const found = next(name, context)
    appendFileSync(process.env.LOADED_FILE, found.url + '\\n')
    return found
  },
})`

export interface Loaded {
  /** Paths below src. */
  readonly ours: readonly string[]
  /** Names of packages and of Node's modules. */
  readonly others: readonly string[]
}

/** The environment for a process, and the modules it has loaded so far. */
export function recorder(): {
  readonly env: Readonly<Record<string, string>>
  readonly loaded: () => Loaded
  readonly discard: () => void
} {
  const dir = mkdtempSync(join(tmpdir(), 'elections-loads-'))
  const file = join(dir, 'loaded')
  return {
    env: {
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(RECORDER)}`,
      LOADED_FILE: file,
    },
    loaded: () => sorted([...new Set(readFileSync(file, 'utf8').trim().split('\n'))]),
    discard: () => rmSync(dir, { recursive: true, force: true }),
  }
}

function sorted(urls: readonly string[]): Loaded {
  const isOurs = (url: string): boolean => url.startsWith(SOURCES)
  return {
    ours: urls.filter(isOurs).map((url) => url.slice(SOURCES.length)),
    others: urls
      .filter((url) => !isOurs(url))
      .map((url) =>
        url.startsWith(PACKAGES) ? /^(?:@[^/]+\/)?[^/]+/.exec(url.slice(PACKAGES.length))![0] : url,
      ),
  }
}

/** Runs a command until it ends. */
export async function loadedBy(args: readonly string[]): Promise<Loaded & { readonly run: RunEnd }> {
  const { env, loaded, discard } = recorder()
  try {
    const run = await runCli(args, env, SOURCE_MAIN)
    return { run, ...loaded() }
  } finally {
    discard()
  }
}
