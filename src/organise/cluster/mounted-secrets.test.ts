import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { definitionFile, electionDir, keysDir, secretFile } from '../../adapters/embedded/layout.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { newLogKey } from '../../adapters/node/log-signer.ts'
import { sealKeyOf } from '../../adapters/node/sealer.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import { clusterElectionIds } from './cluster-election.ts'
import { kubernetesSecrets } from './emitted-secret.ts'
import { fillFolder, mountedElections, mountedSealKey } from './mounted-secrets.ts'

const root = mkdtempSync(join(tmpdir(), 'mounted-secrets-'))
after(() => rmSync(root, { recursive: true }))

const ID = 'town_hall-2'
const SECRET = Buffer.alloc(32, 7)
const { signerKey } = newLogKey('example.org/town')
const DEFINITION = readFileSync(
  new URL('../../../examples/city-council/election.json', import.meta.url),
  'utf8',
)
let folders = 0

const fresh = (name: string): string => {
  const folder = join(root, `${name}-${folders++}`)
  mkdirSync(folder)
  return folder
}

function keysIn(folder: string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'election-secret'), SECRET)
  writeFileSync(join(folder, 'log-key'), `${signerKey}\n`)
  return folder
}

/** PostgreSQL with one election. */
const database = {
  query: async (_sql: string, [id]: readonly string[]) => ({
    rows:
      id === ID
        ? [
            {
              definition: DEFINITION,
              definition_sha256: '',
              keys_issued: '3',
              eligible: [3],
              log_key: null,
            },
          ]
        : [],
  }),
} as unknown as Database

const refused = (words: RegExp) => (cause: unknown) =>
  cause instanceof BadInput && words.test(cause.message) && !cause.message.includes(signerKey)

test('the tally’s Secret can make neither tags nor signatures, and both names are DNS names', () => {
  const dir = fresh('election')
  keysIn(keysDir(dir))
  const [keys, seal, ...more] = kubernetesSecrets(dir, ID).split('---\n')
  assert.equal(more.length, 0)
  assert.match(keys!, /^kind: Secret\nmetadata:\n {2}name: elections-keys-town\.hall-2\n/m)
  assert.match(
    keys!,
    new RegExp(`^  election-secret: ${SECRET.toString('base64').replaceAll('+', '\\+')}$`, 'm'),
  )
  assert.match(keys!, new RegExp(`^  log-key: ${Buffer.from(`${signerKey}\n`).toString('base64')}$`, 'm'))
  assert.match(seal!, /^ {2}name: elections-seal-town\.hall-2\n/m)
  const data = seal!.slice(seal!.lastIndexOf('data:\n'))
  assert.equal(data, `data:\n  seal-key: ${Buffer.from(`${sealKeyOf(SECRET)}\n`).toString('base64')}\n`)
})

test('an empty folder is completed at every start from the mounted keys and PostgreSQL', async () => {
  const [secrets, data] = [fresh('secrets'), join(fresh('scratch'), 'data')]
  // Kubernetes projects Secrets so: as links beside its internal folders.
  keysIn(join(secrets, '..2026', ID))
  symlinkSync('..2026', join(secrets, '..data'))
  symlinkSync(join('..data', ID), join(secrets, ID))
  assert.deepEqual(mountedElections(secrets), [ID])
  for (let start = 0; start < 2; start++) {
    await fillFolder(data, secrets, ID, database)
    const dir = electionDir(data, ID)
    assert.deepEqual(clusterElectionIds(data), [ID])
    assert.equal(readFileSync(definitionFile(dir), 'utf8'), DEFINITION)
    assert.deepEqual(readFileSync(secretFile(dir)), SECRET)
    assert.ok(lstatSync(keysDir(dir)).isSymbolicLink())
    assert.equal(realpathSync(keysDir(dir)), realpathSync(join(secrets, ID)))
  }
})

test('the link to the keys is never missing, and follows keys that are mounted elsewhere', async () => {
  const [secrets, others, data] = [fresh('secrets'), fresh('others'), fresh('scratch')]
  for (const folder of [secrets, others]) keysIn(join(folder, ID))
  const link = keysDir(electionDir(data, ID))
  await fillFolder(data, secrets, ID, database)
  const made = lstatSync(link)
  await fillFolder(data, secrets, ID, database)
  assert.deepEqual(lstatSync(link).ino, made.ino, 'the link was not replaced')
  await fillFolder(data, others, ID, database)
  assert.equal(realpathSync(link), realpathSync(join(others, ID)))
  assert.deepEqual(
    readdirSync(electionDir(data, ID)).filter((name) => name.startsWith('keys')),
    ['keys'],
  )
})

test('missing, malformed and ambiguous keys are refused, and the message shows no key', async () => {
  const [secrets, data] = [fresh('secrets'), fresh('scratch')]
  const fill = (id = ID) => fillFolder(data, secrets, id, database)
  assert.throws(() => mountedElections(join(secrets, 'none')), refused(/cannot be read \(ENOENT\)/))
  assert.throws(() => mountedElections(secrets), refused(/has no folder of an election/))
  mkdirSync(join(secrets, 'Not An Id'))
  assert.throws(() => mountedElections(secrets), refused(/contains “Not An Id”, which is not an election id/))
  await assert.rejects(fill(), refused(/election-secret: is missing/))
  keysIn(join(secrets, ID))
  writeFileSync(join(secrets, ID, 'election-secret'), SECRET.toString('base64'))
  await assert.rejects(fill(), refused(/has 44 bytes, not 32/))
  keysIn(join(secrets, 'another'))
  await assert.rejects(fill('another'), refused(/PostgreSQL has no election "another"/))
  assert.ok(!existsSync(electionDir(data, 'another')))
  keysIn(join(secrets, ID))
  keysIn(keysDir(electionDir(data, ID)))
  await assert.rejects(fill(), refused(/must not contain keys/))
})

test('the seal key is read, or derived from the election secret', () => {
  const secrets = fresh('secrets')
  const dir = join(secrets, ID)
  mkdirSync(dir)
  assert.throws(() => mountedSealKey(secrets, ID), refused(/seal-key: is missing/))
  keysIn(dir)
  assert.equal(mountedSealKey(secrets, ID), sealKeyOf(SECRET))
  writeFileSync(join(dir, 'seal-key'), `${sealKeyOf(SECRET)}\n`)
  assert.equal(mountedSealKey(secrets, ID), sealKeyOf(SECRET))
  writeFileSync(join(dir, 'seal-key'), `${signerKey}\n`)
  assert.throws(() => mountedSealKey(secrets, ID), refused(/seal-key: is malformed/))
})
