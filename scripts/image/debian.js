/** Finds the Debian packages of files in dpkg's records. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** @returns the dpkg paragraph of each package installed in `system`, by name */
function installedIn(system) {
  const paragraphs = readFileSync(join(system, 'var/lib/dpkg/status'), 'utf8').split('\n\n')
  return new Map(paragraphs.map((text) => [/^Package: (\S+)/m.exec(text)?.[1], text.trim()]))
}

/**
 * @param files paths below `system`
 * @returns their packages, each once, with the file of the licence
 */
export function packagesOf(files, system) {
  const all = installedIn(system)
  const info = join(system, 'var/lib/dpkg/info')
  const lists = readdirSync(info).filter((name) => name.endsWith('.list'))
  const wanted = new Set(files.map((file) => basename(file)))
  const names = lists
    .filter((list) =>
      readFileSync(join(info, list), 'utf8')
        .split('\n')
        // Debian lists some files below /lib, which is a link to /usr/lib.
        .some((path) => /^(\/usr)?\/lib\/[\w-]+\/[^/]+$/.test(path) && wanted.has(basename(path))),
    )
    .map((list) => list.replace(/(:\w+)?\.list$/, ''))
  return [...new Set(names)].sort().map((name) => {
    const copyright = [name, 'gcc-12-base']
      .map((each) => join(system, 'usr/share/doc', each, 'copyright'))
      .find(existsSync)
    return { name, fields: all.get(name), copyright }
  })
}
