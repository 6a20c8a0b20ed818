/**
 * Checks the booth's address that letters print against the election: a wrong link cannot be
 * corrected once letters are sent.
 */
import { dirname } from 'node:path'
import { electionIds } from '../../adapters/embedded/layout.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { readDefinition } from '../../adapters/files/definition-file.ts'
import { readKeyFile } from '../../adapters/files/key-file.ts'

/** The source of the letters' election: a data folder, or a definition file alone. */
export type ElectionPlace = { readonly dataDir: string } | { readonly definition: string }

const BOOTH = /^(.*)\/e\/([^/]+)\/?$/

/**
 * Returns the election's id if the address is that of its booth.
 * @param booth an address without a fragment that ends in /e/ and an id
 * @param base the path below which the server is started
 * @throws {BadInput} if there is no such election, or the address is not below that path
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
  if (known.length === 0) refuse(`${where} has no election: name the data folder with --data`)
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
        ? 'the booth is below a path only if the server is started with that path: give --base ' +
            `${prefix.slice(0, 64)}/ here, too`
        : `is not below ${slashed(base).slice(0, 64)}, the path in --base`,
    )
  return id
}

/** Adds the slashes that people leave out. */
function slashed(path: string): string {
  return `/${path}/`.replaceAll(/\/{2,}/g, '/')
}

/**
 * Returns the named source, or the data folder that contains the key file.
 * @throws {BadInput} if neither has an election
 */
export async function placeOf(
  { data, definition }: { readonly data?: string | undefined; readonly definition?: string | undefined },
  keys: string,
): Promise<ElectionPlace> {
  if (definition !== undefined) return { definition }
  if (data !== undefined) return { dataDir: data }
  // A missing key file is reported first: a mistyped name is the likelier mistake.
  for await (const _ of readKeyFile(keys)) break
  const folder = dirname(keys)
  if (electionIds(folder).length > 0) return { dataDir: folder }
  throw new BadInput(keys, [
    {
      message:
        'the election of these keys is not known: name its data folder with --data, or its ' +
        'definition with --definition',
    },
  ])
}
