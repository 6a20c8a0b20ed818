/**
 * Reads the Secrets of `elections init --cluster --emit-secret` for tests, with as much YAML as
 * they use, and mounts them.
 */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Returns the files of each Secret, by the Secret's name and the file's. */
export function secretFiles(yaml: string): ReadonlyMap<string, ReadonlyMap<string, Buffer>> {
  return new Map(
    yaml.split('---\n').map((document) => {
      const name = /^ {2}name: (\S+)$/m.exec(document)![1]!
      const data = document.slice(document.indexOf('\ndata:\n'))
      const files = [...data.matchAll(/^ {2}([a-z-]+): ([A-Za-z0-9+/=]+)$/gm)].map(
        ([, file, base64]) => [file!, Buffer.from(base64!, 'base64')] as const,
      )
      return [name, new Map(files)]
    }),
  )
}

/** Lays files out as a kubelet mounts a Secret: links to a folder that is swapped whole. */
export function mountSecret(at: string, files: ReadonlyMap<string, Buffer>): void {
  const data = join(at, '..2026_11_29')
  mkdirSync(data, { recursive: true })
  for (const [name, bytes] of files) writeFileSync(join(data, name), bytes, { mode: 0o440 })
  symlinkSync('..2026_11_29', join(at, '..data'))
  for (const name of files.keys()) symlinkSync(join('..data', name), join(at, name))
}
