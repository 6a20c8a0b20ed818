/** The page derives the addresses of its data from its own address. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressesFor } from './addresses.ts'

test('the root shows the default election', () => {
  assert.deepEqual(addressesFor('/'), {
    results: '/results',
    history: '/results/history',
    cdf: '/results.cdf.json',
    csv: '/results.csv',
    json: '/results.json',
    verifier: '/verify',
    certification: '/log/certification.json',
    certificate: '/log/certification.pdf',
  })
})

test('an election has an address of its own', () => {
  const results = '/elections/city-2026/results'
  assert.equal(addressesFor('/e/city-2026/results').results, results)
  assert.equal(addressesFor('/e/city-2026/results/').results, results)
  assert.equal(addressesFor('/e/city-2026/results').verifier, '/e/city-2026/verify')
})

test('an address that names no election leads to the default one, never to another host', () => {
  assert.equal(addressesFor('/e/..%2f..%2fevil/results').results, '/results')
  assert.equal(addressesFor('//evil.example/e/x/results').results, '/results')
})
