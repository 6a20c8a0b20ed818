import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { Credential } from '../../ports/digest.ts'
import type { IssuedCredential } from '../../ports/voter-roll.ts'
import { addedBefore, beginAddition, dropAddition, mergeAddition, rollAddition } from './roll-addition.ts'
import { rollPages } from './roll-pages.ts'
import { SCHEMA } from './schema.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'addition-'))
})
after(() => rmSync(folder, { recursive: true }))
let files = 0

const bytesOf = (credential: string) => Buffer.from(credential, 'latin1')
const credential = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('latin1') as Credential)
const voter = fc.record({ credential, district: fc.nat(3) })

function rollWith(voters: readonly IssuedCredential[]): string {
  const file = join(folder, `${files++}.db`)
  const database = new DatabaseSync(file)
  database.exec(`PRAGMA journal_mode = WAL; ${SCHEMA}`)
  const insert = database.prepare('INSERT INTO voters (credential, district) VALUES (?, ?)')
  for (const { credential, district } of voters) insert.run(bytesOf(credential), district)
  database.prepare("INSERT INTO facts VALUES ('keys_issued', ?)").run(String(voters.length))
  database.close()
  return file
}

const inHex = (voters: readonly IssuedCredential[]) =>
  voters.map(({ credential, district }) => `${bytesOf(credential).toString('hex')} ${district}`)

function rowsOf(
  pages: Iterable<{ readonly credentials: Uint8Array; readonly districts: readonly number[] }>,
) {
  return [...pages].flatMap(({ credentials, districts }) =>
    districts.map((d, i) => `${Buffer.from(credentials.subarray(i * 32, i * 32 + 32)).toString('hex')} ${d}`),
  )
}

const facts = { entry: 'the entry', mark: 'ab12', keyFile: '/k.csv', keyDraft: '/.k.draft' }

test('property: the new roll has the added voters sorted in among its last, and no effect before', () => {
  const voters = fc.uniqueArray(voter, {
    selector: ({ credential }) => credential,
    minLength: 2,
    maxLength: 40,
  })
  fc.assert(
    fc.property(voters, fc.nat(39), fc.nat(45), (all, cut, hideAmong) => {
      const old = all.slice(0, Math.min(cut, all.length - 1))
      const added = all.slice(old.length)
      const kept = Math.max(0, old.length - hideAmong)
      const file = rollWith(old)
      const draft = beginAddition(file, hideAmong)
      draft.add(added.slice(0, 1))
      draft.add(added.slice(1))
      const anew = rowsOf(draft.pages('row'))
      assert.deepEqual(anew, [...inHex(old.slice(0, kept)), ...inHex([...old.slice(kept), ...added]).sort()])
      assert.equal(draft.size(), all.length)
      assert.equal(rollAddition(file), undefined)
      draft.commit(facts)
      assert.deepEqual(rowsOf(rollPages(file, 'row')), inHex(old))
      const addition = rollAddition(file)!
      assert.deepEqual(addition, { ...facts, added: added.length, merged: false })
      assert.equal(addedBefore(file, 'ab12'), undefined)
      mergeAddition(file, addition, all.length, 0)
      assert.deepEqual(rowsOf(rollPages(file, 'row')), anew)
      assert.equal(rollAddition(file)?.merged, true)
      dropAddition(file)
      assert.equal(rollAddition(file), undefined)
      assert.deepEqual(
        [addedBefore(file, 'ab12'), addedBefore(file, 'b12')],
        ['1970-01-01T00:00:00.000Z', undefined],
      )
    }),
    { numRuns: 40 },
  )
})

test('an interrupted or dropped addition leaves the roll unchanged', () => {
  const [first, second] = fc.sample(voter, 2) as [IssuedCredential, IssuedCredential]
  const file = rollWith([first])
  const cut = beginAddition(file, 1)
  cut.add([second])
  cut.abort()
  const dropped = beginAddition(file, 1)
  dropped.add([second])
  assert.equal(rowsOf(dropped.pages('row')).length, 2)
  dropped.commit(facts)
  assert.throws(() => beginAddition(file, 1), /already exists/)
  dropAddition(file)
  assert.equal(rollAddition(file), undefined)
  assert.deepEqual(rowsOf(rollPages(file, 'row')), inHex([first]))
})
