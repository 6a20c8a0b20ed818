/**
 * `elections emit-secret`: writes the Secrets of an existing election, or prints one line with the
 * reason and writes no file.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { secretFiles } from '../../test/kubernetes-secret.ts'
import { clusterFile, electionDir, keysDir, logKeyFile, secretFile } from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { newLogKey } from '../adapters/node/log-signer.ts'
import { isSealKey } from '../adapters/node/sealer.ts'
import { emitSecretCommand } from './emit-secret.ts'

const root = mkdtempSync(join(tmpdir(), 'emit-secret-'))
after(() => rmSync(root, { recursive: true }))

const SECRET = Buffer.alloc(32, 7)
const { signerKey } = newLogKey('example.org/town')
let folders = 0

/** A data folder with the keys that `init --cluster` writes. */
function dataWith(...ids: readonly string[]): string {
  const data = join(root, `data-${folders++}`)
  for (const id of ids) {
    const dir = electionDir(data, id)
    mkdirSync(keysDir(dir), { recursive: true })
    writeFileSync(clusterFile(dir), '{}')
    writeFileSync(secretFile(dir), SECRET)
    writeFileSync(logKeyFile(dir), `${signerKey}\n`)
  }
  return data
}

async function emit(...args: readonly string[]): Promise<string> {
  const said: string[] = []
  const { log } = console
  console.log = (text: string) => void said.push(text)
  try {
    await emitSecretCommand().exitOverride().parseAsync(args, { from: 'user' })
  } finally {
    console.log = log
  }
  return said.join('\n')
}
const refusal = (words: RegExp) => (cause: unknown) =>
  cause instanceof BadInput && words.test(cause.message) && !cause.message.includes(signerKey)

test('a private file gets two Secrets; the tally’s has no key that can cast or sign', async () => {
  const data = dataWith('town_hall', 'other')
  const out = join(root, 'secret.yaml')
  const said = await emit('--data', data, '--election', 'town_hall', '--out', out)
  assert.match(said, /has the Secrets elections-keys-town\.hall and elections-seal-town\.hall of “town_hall”/)
  if (process.platform !== 'win32') assert.equal(statSync(out).mode & 0o777, 0o600)
  const secrets = secretFiles(readFileSync(out, 'utf8'))
  assert.deepEqual([...secrets.keys()], ['elections-keys-town.hall', 'elections-seal-town.hall'])
  assert.deepEqual(
    [...secrets.get('elections-keys-town.hall')!],
    [
      ['election-secret', SECRET],
      ['log-key', Buffer.from(`${signerKey}\n`)],
    ],
  )
  const seal = secrets.get('elections-seal-town.hall')!
  assert.deepEqual([...seal.keys()], ['seal-key'])
  const sealKey = seal.get('seal-key')!.toString().trim()
  assert.ok(isSealKey(sealKey) && sealKey !== SECRET.toString('base64') && sealKey !== SECRET.toString('hex'))
  assert.ok(!said.includes(sealKey) && !said.includes(signerKey))
})

test('no file is overwritten, and a second run writes the same Secrets', async () => {
  const data = dataWith('council')
  const [first, second] = [join(root, 'first.yaml'), join(root, 'second.yaml')]
  const said = JSON.parse(await emit('--data', data, '--out', first, '--json'))
  assert.deepEqual(said, {
    ...{ event: 'emitted', election: 'council', out: first },
    secrets: ['elections-keys-council', 'elections-seal-council'],
  })
  const before = readFileSync(first)
  await assert.rejects(emit('--data', data, '--out', first), refusal(/exists, and files with keys are never/))
  assert.deepEqual(readFileSync(first), before)
  await emit('--data', data, '--out', second)
  assert.deepEqual(readFileSync(second), before)
})

test('a folder without matching keys is refused with the file’s name, and no Secret is written', async () => {
  const out = join(mkdtempSync(join(root, 'out-')), 'secret.yaml')
  const refused: readonly [(dir: string) => void, RegExp][] = [
    [(dir) => rmSync(clusterFile(dir)), /a: its ballots are in this folder/],
    [(dir) => rmSync(secretFile(dir)), /election-secret: is missing/],
    [(dir) => writeFileSync(secretFile(dir), 'short'), /election-secret: has 5 bytes, not 32/],
    [(dir) => rmSync(logKeyFile(dir)), /log-key: is missing/],
    [(dir) => writeFileSync(logKeyFile(dir), 'a key\n'), /log-key: .*restore it from a backup/],
  ]
  for (const [spoil, words] of refused) {
    const data = dataWith('a')
    spoil(electionDir(data, 'a'))
    await assert.rejects(emit('--data', data, '--out', out), refusal(words))
  }
  await assert.rejects(emit('--data', dataWith('a'), '--election', 'b', '--out', out), refusal(/it has a/))
  await assert.rejects(emit('--data', dataWith(), '--out', out), refusal(/has no election/))
  await assert.rejects(
    emit('--data', dataWith('a'), '--out', '-', '--json'),
    refusal(/^--out: and --json both/),
  )
  assert.deepEqual(readdirSync(join(out, '..')), [])
})
