/**
 * Where a log to be verified lies: a server, a static copy, a data folder, a copied `log/` folder.
 */
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { BadInput } from '../adapters/files/bad-input.ts'
import { logFolderReader } from '../adapters/files/log-reading.ts'
import { httpResources } from '../adapters/http/resources.ts'
import { MOST_CHECKPOINT_BYTES } from '../core/log/resource-bounds.ts'
import type { OpenLog } from './session.ts'

export interface LogSource extends OpenLog {
  /** Where exactly, for people. */
  readonly words: string
  /** The folder that holds it; undefined where it lies on a server. */
  readonly dir?: string
  readonly close: () => Promise<void>
}

/** Looks for the log of an election inside a data folder; undefined where the folder is none. */
export type FindInside = (
  folder: string,
  election: string | undefined,
) => Promise<{ readonly dir: string; readonly result: LogSource['result'] } | undefined>

export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text)
}

/** @throws {BadInput} where there is no log */
export async function openSource(
  where: string,
  election: string | undefined,
  inside: FindInside,
): Promise<LogSource> {
  return isUrl(where) ? urlSource(where, election) : folderSource(where, election, inside)
}

async function urlSource(where: string, election: string | undefined): Promise<LogSource> {
  const bases = candidateBases(where, election)
  for (const base of bases) {
    const resources = httpResources(base)
    if ((await resources.read('checkpoint', MOST_CHECKPOINT_BYTES).catch(closing(resources))) === undefined) {
      await resources.close()
      continue
    }
    return {
      place: base.href,
      words: base.href,
      read: resources.read,
      result: (mostBytes) => resources.read('../results.json', mostBytes),
      close: resources.close,
    }
  }
  throw new BadInput(where, [
    { message: `there is no log: no checkpoint at ${bases.map((base) => `${base}checkpoint`).join(' or ')}` },
  ])
}

const closing = (resources: { close: () => Promise<void> }) => async (cause: unknown) => {
  await resources.close()
  throw cause
}

/** A log's own address, or one that a log stands below. */
function candidateBases(where: string, election: string | undefined): readonly URL[] {
  if (!URL.canParse(where)) throw new BadInput(where, [{ message: 'is not an address' }])
  const url = new URL(where)
  if (url.username !== '' || url.password !== '')
    throw new BadInput(where.replace(/\/\/[^/@]*@/, '//…@'), [
      { message: 'a log is public: leave the password out' },
    ])
  url.hash = ''
  url.search = ''
  const path = url.pathname.replace(/\/?(?:checkpoint)?$/, '/')
  const at = (more: string) => new URL(`${path}${more}`.replaceAll(/\/{2,}/g, '/'), url)
  if (election !== undefined) return [at(`elections/${encodeURIComponent(election)}/log/`)]
  return path.endsWith('/log/') ? [at('')] : [at('log/'), at('')]
}

async function folderSource(
  where: string,
  election: string | undefined,
  inside: FindInside,
): Promise<LogSource> {
  if (!existsSync(where) || !statSync(where).isDirectory())
    throw new BadInput(where, [{ message: 'is neither an address nor a folder' }])
  const bare = [where, join(where, 'log')].find((dir) => existsSync(join(dir, 'checkpoint')))
  if (bare !== undefined && election === undefined) return sourceIn(bare, async () => undefined)
  const found = await inside(where, election)
  if (found === undefined)
    throw new BadInput(where, [{ message: 'holds no log: no "checkpoint" in it, and no election' }])
  return sourceIn(found.dir, found.result)
}

function sourceIn(dir: string, result: LogSource['result']): LogSource {
  return {
    place: null,
    words: resolve(dir),
    dir,
    read: logFolderReader(dir),
    result,
    close: async () => {},
  }
}
