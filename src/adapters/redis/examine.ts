/**
 * Checks whether Redis is set up so that no key's status can be lost, in words for
 * `elections doctor`.
 */
import type { RedisConnection } from './connection.ts'

interface Setting {
  readonly name: string
  readonly isRight: (value: string) => boolean
  readonly otherwise: string
  /** Costs memory but loses nothing. */
  readonly harmless?: true
}

export interface RedisExamination {
  /** Settings with which a spent key could be forgotten. */
  readonly wrong: readonly string[]
  /** Settings that cost memory, or could not be read. */
  readonly remarks: readonly string[]
}

const SETTINGS: readonly Setting[] = [
  {
    name: 'appendonly',
    isRight: (value) => value === 'yes',
    otherwise: 'must be yes: without it Redis forgets who has voted when it ends',
  },
  {
    name: 'appendfsync',
    isRight: (value) => value === 'always',
    otherwise: 'must be always: otherwise a crash loses reservations already acted on',
  },
  {
    name: 'maxmemory-policy',
    isRight: (value) => value === 'noeviction',
    otherwise: 'must be noeviction: otherwise keys vanish when memory runs short',
  },
  {
    name: 'hash-max-listpack-entries',
    isRight: (value) => Number(value) >= 128,
    otherwise: 'should be at least 128: below, keys take four times the memory',
    harmless: true,
  },
  {
    name: 'hash-max-listpack-value',
    isRight: (value) => Number(value) >= 256,
    otherwise: 'should be at least 256: below, long ballots take four times the memory',
    harmless: true,
  },
]

/**
 * A Redis that hides a setting, such as a hosted one, is trusted, with a remark.
 * @throws {RedisUnavailable}, {RedisInDoubt}
 */
export async function examineRedis(redis: Pick<RedisConnection, 'send'>): Promise<RedisExamination> {
  const wrong: string[] = []
  const remarks: string[] = []
  for (const { name, isRight, otherwise, harmless } of SETTINGS) {
    const value = await settingOf(redis, name)
    if (value === undefined) remarks.push(`${name}, which it does not report, ${otherwise}`)
    else if (!isRight(value)) (harmless ? remarks : wrong).push(`${name} is ${value} and ${otherwise}`)
  }
  return { wrong, remarks }
}

/** @returns undefined if the account may not read it, as with many hosted ones */
async function settingOf(redis: Pick<RedisConnection, 'send'>, name: string): Promise<string | undefined> {
  try {
    const reply = await redis.send('CONFIG', 'GET', name)
    if (reply === null || typeof reply !== 'object') return undefined
    const values: unknown[] = Array.isArray(reply) ? reply.slice(1) : Object.values(reply)
    return values.length === 0 ? undefined : String(values[0])
  } catch (error) {
    if (/NOPERM|unknown command/i.test((error as Error).message)) return undefined
    throw error
  }
}
