/** How `doctor` reports a stored TLS certificate. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { testCertificate } from '../../../test/tls/certificates.ts'
import { readCertificate } from '../../adapters/tls/certificate.ts'
import { certificateFile, writeStored } from '../../adapters/tls/certificate-folder.ts'
import { certificateFindings } from './certificate-finding.ts'

const DAY_MS = 86_400_000

test('doctor reports a stored certificate as valid, near expiry, expired or damaged', (t) => {
  const folder = join(mkdtempSync(join(tmpdir(), 'doctor-tls-')), 'tls')
  t.after(() => rmSync(join(folder, '..'), { recursive: true }))
  assert.deepEqual(certificateFindings(folder, Date.now()), [])
  const { cert, key } = testCertificate()
  writeStored(folder, readCertificate(cert, key))
  const at = (days: number) => certificateFindings(folder, Date.now() + days * DAY_MS)[0]!
  assert.match(at(0).check, /valid until \d{4}-/)
  assert.equal(at(0).wrong, undefined)
  assert.match(at(80).wrong!, /in 9 days/)
  assert.match(at(91).wrong!, /expired at/)
  writeFileSync(certificateFile(folder), key)
  assert.match(at(0).wrong!, /contains no certificate/)
  assert.match(at(0).remedy!, /delete the file/)
})
