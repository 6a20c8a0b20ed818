/**
 * The contract of a public log's files, by every place that keeps them: a folder, a bucket, a
 * bucket of a simpler store.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { logFolder } from '../../src/adapters/files/log-folder.ts'
import { withoutGo } from '../go-tools.ts'
import { bucketOf } from '../s3-log.ts'
import { type S3Server, s3Proxy, s3Server } from '../s3-server.ts'
import { publishedFilesContract } from './published-files.ts'

publishedFilesContract(
  'a folder',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'published-files-'))
    return {
      open: () => logFolder(join(folder, 'log')),
      dispose: async () => rmSync(folder, { recursive: true }),
    }
  },
  { conditional: false },
)

if (withoutGo() === false) {
  let started: Promise<S3Server> | undefined
  const serverOf = (): Promise<S3Server> => {
    started ??= s3Server()
    return started
  }
  after(async () => (await started)?.stop())

  publishedFilesContract(
    'a bucket',
    async () => {
      const server = await serverOf()
      return bucketOf(server.endpoint, () => server.makeBucket('conditional'), 'conditional')
    },
    { conditional: true },
  )
  for (const fate of ['unconditional', 'not-implemented'] as const)
    publishedFilesContract(
      `a bucket of a store where conditional writes are ${fate}`,
      async () => {
        const server = await serverOf()
        const proxy = await s3Proxy(server)
        proxy.decide = () => fate
        const bucket = bucketOf(proxy.endpoint, () => server.makeBucket(fate), fate)
        return {
          open: bucket.open,
          dispose: async () => {
            await bucket.dispose()
            await proxy.stop()
          },
        }
      },
      { conditional: false },
    )
}
