/** Whether a Redis is set up so that no key's status can be lost: asked at the start, told in words. */
import type { RedisConnection } from './connection.ts'

interface Setting {
  readonly name: string
  readonly isRight: (value: string) => boolean
  readonly otherwise: string
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
  },
  {
    name: 'hash-max-listpack-value',
    isRight: (value) => Number(value) >= 256,
    otherwise: 'should be at least 256: below, long ballots take four times the memory',
  },
]

/**
 * @returns a line for each setting that is not right, and one where Redis does not tell
 * @throws {RedisUnavailable}, {RedisInDoubt}
 */
export async function examineRedis(redis: RedisConnection): Promise<readonly string[]> {
  const warnings: string[] = []
  for (const { name, isRight, otherwise } of SETTINGS) {
    const value = await settingOf(redis, name)
    if (value === undefined) return [...warnings, `Redis does not tell its settings: "${name}" ${otherwise}`]
    if (!isRight(value)) warnings.push(`Redis has ${name} "${value}", which ${otherwise}`)
  }
  return warnings
}

/** @returns undefined where the account may not ask, as with many hosted ones */
async function settingOf(redis: RedisConnection, name: string): Promise<string | undefined> {
  try {
    const told = await redis.send('CONFIG', 'GET', name)
    const values: unknown[] = Array.isArray(told) ? told.slice(1) : Object.values(told as object)
    return values.length === 0 ? undefined : String(values[0])
  } catch (error) {
    if (/NOPERM|unknown command/i.test((error as Error).message)) return undefined
    throw error
  }
}
