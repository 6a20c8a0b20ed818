/**
 * Extensions over HTTP: the same changes as by `elections extend`, with their outcomes as refusals.
 */
import type { Logger } from 'pino'
import { BadInput } from '../adapters/files/bad-input.ts'
import type { ExtendVoting } from '../gateway/extensions.ts'
import type { ServedCluster } from './cluster/cluster.ts'
import type { ServedFolder } from './one-machine.ts'

/** How long to wait for the publisher of a cluster's log. */
const PATIENCE_MS = 15_000

/** The extension is based on the state at its turn: if it has become too late, it is refused. */
export function extendInFolder(folder: ServedFolder, log: Logger): ExtendVoting {
  return async ({ election: { id } }, closesAtMs) => {
    const state = folder.open.get(id)?.state().hash
    if (state === undefined) return 'unknown-election'
    const never = new AbortController().signal
    const ended = await folder.change(id, { change: 'extend', closesAtMs }, state, never)
    if (ended === 'outdated') return 'too-busy'
    if (typeof ended === 'string') return ended
    if (ended.end === 'failed') throw new Error(`voting was not extended: ${ended.reason}`)
    if (ended.end === 'refused') return 'not-extended'
    log.info({ election: id, change: 'extend', result: ended.result }, 'an election was changed by a token')
    return null
  }
}

export function extendOnCluster({ extend }: ServedCluster, log: Logger): ExtendVoting {
  return async ({ election: { id } }, closesAtMs) => {
    try {
      await extend(id, closesAtMs, PATIENCE_MS)
    } catch (cause) {
      if (cause instanceof BadInput) return 'not-extended'
      throw cause
    }
    log.info({ election: id, change: 'extend', closesAtMs }, 'an election was changed by a token')
    return null
  }
}
