/**
 * The program as one bundle, for whole runs of tests. A run starts hundreds of commands and
 * servers, and loading the bundle takes a fifth of the processor time of loading the modules one by
 * one. Single files run on the sources (docs/decisions/030-tests-on-a-bundle.md).
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Plugin, rolldown } from 'rolldown'

/**
 * Packages that stay outside the bundle: they read files beside themselves, or import modules by
 * computed names.
 */
const PACKAGES: readonly RegExp[] = [
  /^@expo-google-fonts\//,
  /^@fastify\/swagger-ui/,
  /^@grpc\//,
  /^@resvg\//,
  /^harfbuzzjs/,
  /^jsonc-parser/,
  /^pdfkit/,
  /^pg(-|$)/,
]
const THREAD = /new URL\('\.\/([\w-]+-thread)\.ts', import\.meta\.url\)/g
const BUILD = 'build'
const PREFIX = 'program-'
const MAIN = 'src/cli/main.ts'

/**
 * Bundles the current sources, unless that bundle exists.
 *
 * @param root the repository
 * @returns the path of its entry
 * @throws Error if a module cannot be bundled
 */
export async function bundledProgram(root: string): Promise<string> {
  const folder = join(root, BUILD, PREFIX + fingerprint(root))
  const entry = join(folder, 'main.js')
  if (existsSync(entry)) return entry
  for (const old of globSync(`${BUILD}/${PREFIX}*`, { cwd: root }))
    rmSync(join(root, old), { recursive: true, force: true })
  const begun = `${folder}.${process.pid}`
  const bundle = await rolldown({
    cwd: root,
    input: { main: MAIN },
    platform: 'node',
    external: (id) => PACKAGES.some((pattern) => pattern.test(id)),
    plugins: [asModulesOfTheBundle(root)],
    logLevel: 'silent',
  })
  await bundle.write({ dir: begun, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[hash].js' })
  await bundle.close()
  renameSync(begun, folder)
  return entry
}

/**
 * Each thread becomes an entry of its own. Paths of files that a module reads stay relative to the
 * module's place in the repository. Only the entry counts as the main module.
 */
function asModulesOfTheBundle(root: string): Plugin {
  return {
    name: 'modules-of-the-bundle',
    transform: {
      filter: { id: /^\/.*\.(m?js|ts)$/ },
      handler(code, id) {
        if (!code.includes('import.meta')) return null
        for (const [, name] of code.matchAll(THREAD))
          this.emitFile({ type: 'chunk', id: join(id, '..', `${name}.ts`), fileName: `${name}.js` })
        const isEntry = id === join(root, MAIN)
        return code
          .split(THREAD)
          .map((piece, i) =>
            i % 2 === 1
              ? `new URL('./${piece}.js', import.meta.url)`
              : piece
                  .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
                  .replaceAll('import.meta.main', String(isEntry)),
          )
          .join('')
      },
    },
  }
}

function fingerprint(root: string): string {
  // The bundle contains paths of this checkout.
  const hash = createHash('sha256').update(`${root}\0`)
  const files = globSync('src/**/*.{ts,sql,proto}', { cwd: root }).filter(
    (path) => !path.endsWith('.test.ts') && !path.startsWith('src/web/'),
  )
  for (const path of ['package-lock.json', 'test/program.ts', ...files.sort()])
    hash.update(`${path}\0`).update(readFileSync(join(root, path)))
  return hash.digest('hex').slice(0, 16)
}
