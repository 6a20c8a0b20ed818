/**
 * Extensions that are asked for over HTTP: the same changes as by `elections extend`, and their
 * ends as refusals.
 */
import type { Logger } from 'pino'
import { BadInput } from '../adapters/files/bad-input.ts'
import type { ExtendVoting } from '../gateway/extensions.ts'
import type { ServedCluster } from './cluster/cluster.ts'
import type { ServedFolder } from './one-machine.ts'

/** For who publishes the log of a cluster. */
const PATIENCE_MS = 15_000

/**
 * The state it is made from is the one at its turn: an extension that has become too late is
 * refused by itself.
 */
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
