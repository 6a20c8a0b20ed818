/**
 * The pictures and the map of an election as `init` kept them, in memory: at most 20 MiB
 * (adapters/files/definition-pictures.ts).
 */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { picturesDir } from '../adapters/embedded/layout.ts'
import { type Election, pictureHashes } from '../core/election/definition.ts'
import { MOST_MAP_BYTES, mapForm } from '../core/map/district-map.ts'
import { MOST_PICTURE_BYTES, pictureForm } from '../core/picture/picture.ts'
import { type ServedPicture, servedMap, servedPicture } from '../gateway/served-picture.ts'

/**
 * By SHA-256. One that is gone or is not what the definition says is left out and told: the
 * election goes on without.
 * @param dir the election's folder
 */
export function keptPictures(
  dir: string,
  election: Election,
  log: Pick<Logger, 'warn'>,
): ReadonlyMap<string, ServedPicture> {
  const kept = new Map<string, ServedPicture>()
  for (const sha256 of pictureHashes(election)) {
    const path = join(picturesDir(dir), sha256)
    const bytes = bytesIn(path, MOST_PICTURE_BYTES)
    const form = bytes && sha256Of(bytes) === sha256 ? pictureForm(bytes) : undefined
    if (bytes === undefined || typeof form !== 'object')
      log.warn(
        { election: election.id, path },
        'a picture of the definition is not there as it was: the ballot shows none in its place',
      )
    else kept.set(sha256, servedPicture(bytes, form.type))
  }
  const map = election.map?.sha256
  if (map) {
    const path = join(picturesDir(dir), map)
    const bytes = bytesIn(path, MOST_MAP_BYTES)
    const districts = new Set(election.districts.map(({ id }) => id))
    if (bytes && sha256Of(bytes) === map && typeof mapForm(bytes.toString(), districts) === 'object')
      kept.set(map, servedMap(bytes))
    else
      log.warn(
        { election: election.id, path },
        'the map of the definition is not there as it was: the count shows none',
      )
  }
  return kept
}

function bytesIn(path: string, mostBytes: number): Buffer | undefined {
  try {
    return statSync(path).size > mostBytes ? undefined : readFileSync(path)
  } catch {
    return undefined
  }
}

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
