/**
 * The address that letters carry, held against the election they are for: a dead link in a thousand
 * letters is not taken back.
 */
import { dirname } from 'node:path'
import { electionIds } from '../../adapters/embedded/layout.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { readDefinition } from '../../adapters/files/definition-file.ts'
import { readKeyFile } from '../../adapters/files/key-file.ts'

/** Where the election is that letters are for: a data folder, or its definition alone. */
export type ElectionPlace = { readonly dataDir: string } | { readonly definition: string }

const BOOTH = /^(.*)\/e\/([^/]+)\/?$/

/**
 * The election's id, where the address is that of its booth.
 * @param booth an address without fragment that ends in /e/ and an id
 * @param base below which path the server is started
 * @throws {BadInput} where there is no such election, or the address is not below that path
 */
export async function electionAt(booth: string, place: ElectionPlace, base?: string): Promise<string> {
  const { pathname } = new URL(booth)
  const [, prefix = '', id = ''] = BOOTH.exec(pathname) ?? []
  const refuse = (message: string): never => {
    throw new BadInput(booth, [{ message }])
  }
  const known =
    'dataDir' in place ? electionIds(place.dataDir) : [(await readDefinition(place.definition)).election.id]
  const where = 'dataDir' in place ? place.dataDir : place.definition
  if (known.length === 0) refuse(`${where} holds no election: name the data folder with --data`)
  if (!known.includes(id))
    refuse(
      `${where} has no election “${id.slice(0, 64)}”: the address must end in ${known
        .slice(0, 5)
        .map((one) => `/e/${one}`)
        .join(' or ')}`,
    )
  if (`${prefix}/` !== slashed(base ?? '/'))
    refuse(
      base === undefined
        ? `the booth is found below a path only where the server is started so: say --base ${prefix.slice(0, 64)}/ here as there`
        : `is not below ${slashed(base).slice(0, 64)}, where --base says that the server is`,
    )
  return id
}

/** A path with the slashes that people leave away. */
function slashed(path: string): string {
  return `/${path}/`.replaceAll(/\/{2,}/g, '/')
}

/**
 * The place that is named, or the data folder that the key file lies in. @throws {BadInput} where
 * there is none
 */
export async function placeOf(
  { data, definition }: { readonly data?: string | undefined; readonly definition?: string | undefined },
  keys: string,
): Promise<ElectionPlace> {
  if (definition !== undefined) return { definition }
  if (data !== undefined) return { dataDir: data }
  // A mistyped name of the file is the likelier slip.
  for await (const _ of readKeyFile(keys)) break
  const folder = dirname(keys)
  if (electionIds(folder).length > 0) return { dataDir: folder }
  throw new BadInput(keys, [
    {
      message:
        'which election these keys are of is not known: name its data folder with --data, or its definition with --definition',
    },
  ])
}
