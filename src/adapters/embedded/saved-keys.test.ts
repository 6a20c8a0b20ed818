/**
 * Issued keys saved for the next start are correct or not used, whatever changed the file and
 * whenever its writer was killed.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { Credential, Tag } from '../../ports/digest.ts'
import { destroySecret } from './destroy-secret.ts'
import { type IssuedTags, KeyIndex, sortedTags } from './key-index.ts'
import { databaseFile, keysDir, savedKeysFile, secretFile } from './layout.ts'
import { type LoadedKeys, loadKeys } from './load.ts'
import { makePrivateFolder } from './privacy.ts'
import { readSavedKeys, savedKeysDraft, savedKeysMac, writeSavedKeys } from './saved-keys.ts'
import { saveKeys } from './saving-keys.ts'
import { SCHEMA } from './schema.ts'

const root = mkdtempSync(join(tmpdir(), 'elections-saved-'))
after(() => rmSync(root, { recursive: true, force: true }))

const credentialOf = (name: number): Buffer => createHash('sha256').update(`key ${name}`).digest()
const tagBy =
  (secret: Uint8Array) =>
  (credential: Credential): Tag =>
    createHash('sha256')
      .update(secret)
      .update(Buffer.from(credential, 'latin1'))
      .digest('binary') as string as Tag
const SECRET = Buffer.alloc(32, 7)
const tagOf = tagBy(SECRET)
const tagOfKey = (name: number) => tagOf(credentialOf(name).toString('latin1') as Credential)

interface Place {
  readonly dir: string
  readonly path: string
  readonly database: DatabaseSync
  readonly addRoll: (names: readonly number[]) => void
  readonly load: (secret?: Uint8Array) => LoadedKeys
  /** Loads the keys and saves them. */
  readonly save: () => Promise<LoadedKeys>
}

function place(names: readonly number[]): Place {
  const dir = mkdtempSync(join(root, 'election-'))
  makePrivateFolder(keysDir(dir))
  writeFileSync(secretFile(dir), SECRET)
  const database = new DatabaseSync(databaseFile(dir))
  database.exec(`PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; ${SCHEMA}`)
  const insert = database.prepare('INSERT INTO voters (credential, district) VALUES (?, ?)')
  const path = savedKeysFile(dir)
  const addRoll = (more: readonly number[]) => {
    database.exec('BEGIN')
    for (const name of more) insert.run(credentialOf(name), name % 3)
    const issued = "INSERT OR REPLACE INTO facts SELECT 'keys_issued', count(*) FROM voters"
    database.exec(`${issued}; COMMIT`)
  }
  addRoll(names)
  const load = (secret: Uint8Array = SECRET) =>
    loadKeys(database, 3, tagBy(secret), undefined, true, { path, macKey: savedKeysMac(secret) })
  const save = async () => {
    const loaded = load()
    const saving = saveKeys(database, loaded, { path, macKey: savedKeysMac(SECRET) }, 1)
    assert.equal(await saving.ended, true)
    return loaded
  }
  return { dir, path, database, addRoll, load, save }
}

/** Checks that exactly these voters are known, each in the right district. */
function assertKnows({ keys, eligible }: LoadedKeys, names: readonly number[]): void {
  assert.equal(keys.size, names.length)
  for (const name of names) {
    const voter = keys.find(tagOfKey(name))
    assert.notEqual(voter, -1, `key ${name}`)
    assert.equal(keys.districtOf(voter), name % 3)
    assert.ok(keys.isUnused(voter))
  }
  for (let other = 1_000_000; other < 1_000_100; other++) assert.equal(keys.find(tagOfKey(other)), -1)
  const counts = [0, 0, 0]
  for (const name of names) counts[name % 3]!++
  assert.deepEqual([...eligible], counts)
}

const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i)

test('a start uses saved keys, and reads keys issued since from the roll', async () => {
  const one = place(upTo(5000))
  assertKnows(await one.save(), upTo(5000))
  const again = one.load()
  assert.equal(again.restored, 5000)
  assertKnows(again, upTo(5000))
  one.addRoll(upTo(700, 5000))
  const later = one.load()
  assert.equal(later.restored, 5000)
  assertKnows(later, upTo(5700))
  await one.save()
  assert.equal(one.load().restored, 5700)
  assert.equal(statSync(one.path).mode & 0o777, 0o600)
})

test('the same keys yield the same file in whatever order the roll has them: it reveals no rows', () => {
  const names = fc.uniqueArray(fc.nat(100_000), { minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(
      names.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        const sortedOf = (order: readonly number[]) => {
          const index = new KeyIndex(order.length)
          for (const name of order) index.add(tagOfKey(name), name % 3)
          return sortedTags(index.issued())
        }
        assert.deepEqual(sortedOf(shuffled), sortedOf(all))
      },
    ),
    // Small rolls fill their slots in one long run, where a wrong order is most likely.
    { numRuns: 1000 },
  )
  // Tags that prefer one slot, at the end of the slots and beyond it.
  const crowded = upTo(12).map(
    (i) => `\u00ff\u00ff\u00ff\u00ff${String(i).padStart(12, 'x').padEnd(28, 'x')}` as Tag,
  )
  const sortedOf = (tags: readonly Tag[]) => {
    const index = new KeyIndex(tags.length)
    for (const tag of tags) index.add(tag, 0)
    return sortedTags(index.issued())
  }
  assert.deepEqual(sortedOf(crowded.toReversed()), sortedOf(crowded))
})

test('a file that is changed in any byte, cut short or longer is not used', async () => {
  const one = place(upTo(300))
  await one.save()
  const sound = readFileSync(one.path)
  const refused = (bytes: Uint8Array, what: string) => {
    writeFileSync(one.path, bytes)
    const loaded = one.load()
    assert.equal(loaded.restored, 0, what)
    assertKnows(loaded, upTo(300))
  }
  for (let at = 0; at < sound.length; at += at < 100 ? 1 : 97) {
    const bytes = Buffer.from(sound)
    bytes[at]! ^= 1 << (at % 8)
    refused(bytes, `byte ${at}`)
  }
  for (const length of [0, 1, 47, 48, 500, sound.length - 1])
    refused(sound.subarray(0, length), `${length} bytes`)
  refused(Buffer.concat([sound, Buffer.of(0)]), 'an additional byte')
  const endless = Buffer.from(sound)
  endless.writeBigUInt64LE(1n << 60n, 8)
  refused(endless, 'more rows than any roll has')
  writeFileSync(one.path, sound)
  assert.equal(one.load().restored, 300)
})

test('an attacker without the secret can neither add nor exclude a voter', async () => {
  const one = place(upTo(300))
  await one.save()
  // A file authenticated with another secret: it has a key of the attacker's and lacks one voter's.
  const forged = new KeyIndex(300)
  for (const name of [...upTo(299), 1_000_001]) forged.add(tagOfKey(name), name % 3)
  const lastCredential = credentialOf(299)
  const forge = (macKey: Uint8Array, keys: IssuedTags) =>
    writeSavedKeys(one.path, macKey, { rows: 300, lastCredential, ...keys })
  for (const macKey of [savedKeysMac(randomBytes(32)), new Uint8Array(32), new Uint8Array(0)]) {
    forge(macKey, sortedTags(forged.issued()))
    const loaded = one.load()
    assert.equal(loaded.restored, 0)
    assertKnows(loaded, upTo(300))
  }
  // A genuine file of another election, and one of this election under another secret.
  const other = place(upTo(300))
  await other.save()
  writeFileSync(one.path, readFileSync(other.path))
  assert.equal(one.load(randomBytes(32)).restored, 0)
})

test('a file of another roll under the same secret is not used', async () => {
  const whole = place(upTo(400))
  await whole.save()
  const saved = readFileSync(whole.path)
  for (const names of [upTo(399), upTo(399).toReversed(), [...upTo(399), 777], upTo(100)]) {
    const one = place(names)
    writeFileSync(one.path, saved)
    const loaded = one.load()
    assert.equal(loaded.restored, 0)
    assertKnows(loaded, names)
  }
})

test('used keys come from the ballots alone; a ballot without an issued key is detected', async () => {
  const one = place(upTo(200))
  await one.save()
  const cast = one.database.prepare('INSERT INTO ballots VALUES (?, ?, 0, ?, ?, NULL)')
  for (const seq of [1, 2, 3])
    cast.run(seq, Buffer.from(tagOfKey(seq * 10), 'latin1'), '[[0]]', Buffer.alloc(16))
  const { keys, restored } = one.load()
  assert.deepEqual([restored, keys.used], [200, 3])
  assert.equal(keys.ballotOf(keys.find(tagOfKey(20))), 2)
  cast.run(4, Buffer.from(tagOfKey(999), 'latin1'), '[[0]]', Buffer.alloc(16))
  assert.throws(() => one.load(), /ballot 4 came from a key that was not issued/)
})

test('with the election secret the file goes, and a draft of it', async () => {
  const one = place(upTo(50))
  await one.save()
  writeFileSync(savedKeysDraft(one.path), 'x')
  one.database.close()
  destroySecret(one.dir, 0)
  for (const path of [one.path, savedKeysDraft(one.path)]) assert.equal(existsSync(path), false)
})

test('a file that claims too many rows takes no memory, and a pipe does not block the start', async () => {
  const one = place(upTo(300))
  await one.save()
  const rows = 50_000_000
  const header = readFileSync(one.path).subarray(0, 48)
  header.writeBigUInt64LE(BigInt(rows), 8)
  writeFileSync(one.path, header)
  // A sparse file: it takes no room on the disk.
  truncateSync(one.path, 48 + rows * 18 + 32)
  const step = readSavedKeys(one.path, savedKeysMac(SECRET), 300).next()
  assert.deepEqual([step.done, step.value], [true, undefined], 'refused by its header')
  assertKnows(one.load(), upTo(300))
  rmSync(one.path)
  execFileSync('mkfifo', [one.path])
  assertKnows(one.load(), upTo(300))
})

test('if its writer is killed at any moment, the file is still complete', async () => {
  const one = place(upTo(3000))
  const macKey = savedKeysMac(SECRET)
  await one.save()
  const module = JSON.stringify(new URL('./saved-keys.ts', import.meta.url).href)
  const script = `
    import { readFileSync } from 'node:fs'
    import { readSavedKeys, writeSavedKeys } from ${module}
    const [path, mac] = process.argv.slice(1)
    const macKey = Buffer.from(mac, 'hex')
    const read = readSavedKeys(path, macKey, 3000)
    for (;;) {
      const step = read.next()
      if (!step.done) continue
      process.stdout.write('writing')
      for (;;) writeSavedKeys(path, macKey, step.value)
    }`
  const args = ['--input-type=module', '-e', script, one.path, Buffer.from(macKey).toString('hex')]
  for (let round = 0; round < 8; round++) {
    const writer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(writer.stdout, 'data')
    // Waits for a number of turns of the event loop that grows with the round, so that each kill
    // hits another place.
    for (let turn = 0; turn < round * 7; turn++) await new Promise((resolve) => setImmediate(resolve))
    writer.kill('SIGKILL')
    await once(writer, 'exit')
    const loaded = one.load()
    assert.equal(loaded.restored, 3000)
    assertKnows(loaded, upTo(3000))
  }
  // The next write replaces a draft that was left.
  one.addRoll(upTo(10, 3000))
  await one.save()
  assert.equal(existsSync(savedKeysDraft(one.path)), false)
})

test('a failed write leaves the start unchanged', async () => {
  const one = place(upTo(100))
  const loaded = one.load()
  const path = join(one.dir, 'no', 'such', 'folder')
  const saving = saveKeys(one.database, loaded, { path, macKey: savedKeysMac(SECRET) }, 1)
  assert.equal(await saving.ended, false)
  await saving.stop()
  const step = readSavedKeys(path, savedKeysMac(SECRET), 100).next()
  assert.deepEqual([step.done, step.value], [true, undefined])
})
