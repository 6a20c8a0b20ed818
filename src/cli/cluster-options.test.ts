import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadAddress } from '../organise/cluster/addresses.ts'
import { clusterAddresses } from './cluster-options.ts'

const SECRET = 'hush-hush-hush'

test('the address of the bucket is read, with or without a key', () => {
  assert.equal(clusterAddresses({}).logBucket, null)
  const logStore = 's3://public-logs/vote?region=eu-central-1'
  const place = { bucket: 'public-logs', prefix: 'vote/', region: 'eu-central-1', endpoint: null }
  assert.deepEqual(clusterAddresses({ logStore }).logBucket, { place, credentials: null })
  assert.deepEqual(clusterAddresses({ logStore, logStoreKey: `AKIA0:${SECRET}` }).logBucket, {
    place,
    credentials: { accessKeyId: 'AKIA0', secretAccessKey: SECRET },
  })
})

test('malformed values are refused with the option’s name, and no message contains a secret', () => {
  const logStore = 's3://public-logs'
  for (const [options, words] of [
    [{ logStore: 'https://public-logs' }, /^--log-store: must be an address such as s3:/],
    [{ logStore: `s3://AKIA0:${SECRET}@public-logs` }, /^--log-store: must not contain credentials/],
    [{ logStoreKey: `AKIA0:${SECRET}` }, /^--log-store-key: needs --log-store too/],
    [{ logStore, logStoreKey: SECRET }, /^--log-store-key: must have the form ID:SECRET/],
    [{ logStore, logStoreKey: `AKIA0:${SECRET} ` }, /^--log-store-key: must have the form ID:SECRET/],
  ] as const)
    assert.throws(
      () => clusterAddresses(options).logBucket,
      (cause) => cause instanceof BadAddress && words.test(cause.message) && !cause.message.includes(SECRET),
    )
})
