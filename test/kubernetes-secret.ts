/**
 * Reads the Secrets of `elections init --cluster --emit-secret` for tests, with as much YAML as
 * they use.
 */

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
