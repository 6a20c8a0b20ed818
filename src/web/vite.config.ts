/**
 * Builds the pages into dist/web: one entry per folder here that has an index.html. Assets have
 * hashed names below /assets/.
 *
 * Fails when a page's JavaScript outgrows its budget (PAGES below). Nothing is inlined: the pages
 * are served under `default-src 'self'`.
 */
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin, type Rolldown } from 'vite'
import { compressed } from './build/compressed.ts'

const KIB = 1024

type Bundled = Rolldown.OutputBundle[string]

interface PageBudget {
  /** Most gzipped bytes of JavaScript, with everything that the page imports. */
  readonly budgetBytes: number
  /** Modules of which a reader loads only one, such as dictionaries. Only the largest counts. */
  readonly oneOf?: RegExp
  /**
   * Modules that load later, or only for some readers. Each has its own budget, which includes its
   * imports.
   */
  readonly later?: readonly { readonly modules: RegExp; readonly budgetBytes: number }[]
}

/** A new page: its folder, an index.html in it, and a line here. */
const PAGES: Record<string, PageBudget> = {
  booth: {
    budgetBytes: 20 * KIB,
    oneOf: /\/booth\/strings\//,
    later: [
      { modules: /\/booth\/(?:rich|tracker-qr|receipt|sample|kiosk)\.tsx$/, budgetBytes: 4 * KIB },
      { modules: /\/booth\/key-entry\.tsx$/, budgetBytes: 5 * KIB },
      // For voters on a network that sent too many wrong keys. Its worker computes hashes.
      { modules: /\/booth\/challenge\.ts$/, budgetBytes: 6 * KIB },
      // Only for voters who scan a letter. Most of it is a reader of QR codes for browsers that
      // have none.
      { modules: /\/booth\/letter-camera\.tsx$/, budgetBytes: 18 * KIB },
    ],
  },
  dashboard: {
    budgetBytes: 30 * KIB,
    oneOf: /\/dashboard\/strings\//,
    later: [
      { modules: /\/dashboard\/map\/district-map\.tsx$/, budgetBytes: 16 * KIB },
      {
        modules:
          /\/dashboard\/(?:wall\/kiosk|districts|pipeline|picture-file|shares-chart|token-gate)\.tsx?$/,
        budgetBytes: 8 * KIB,
      },
    ],
  },
  // Includes its worker and a reader of QR codes, so that the loaded page works without a network.
  // The other languages load right after it.
  verifier: { budgetBytes: 88 * KIB, oneOf: /\/verifier\/strings\// },
}

/** One file for all of it, because a file of a few bytes costs a request and compresses badly. */
const IN_EVERY_PAGE =
  /preload-helper|\/node_modules\/preact\/|\/shared\/(theme|remembered|save-file|isolate|base)\.ts/

/** All of the booth except its late parts, which use most of it. */
const BOOTH_BASE =
  /\/web\/booth\/(?!main|key-entry|scan|letter-camera|receipt|sample|kiosk|rich\.|rich-strings|challenge|tracker-qr\.|strings\/)\S*\.tsx?$|\/election\/key-(?:link|check)\.ts$/

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: at('.'),
  base: '/',
  // Scripts import each other by relative addresses, so that they work below any path. In pages the
  // server inserts its path.
  experimental: {
    renderBuiltUrl: (_file, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
  },
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: at('../../dist/web'),
    emptyOutDir: true,
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // The imports of a dictionary are loaded by then. A list of them in every page would waste
      // bytes.
      resolveDependencies: (_file, needed, { hostType }) => (hostType === 'js' ? [] : needed),
    },
    sourcemap: false,
    target: ['chrome111', 'firefox114', 'safari16.4'],
    rolldownOptions: {
      input: Object.fromEntries(Object.keys(PAGES).map((page) => [page, at(`${page}/index.html`)])),
      output: {
        codeSplitting: {
          groups: [
            { name: 'shared', test: IN_EVERY_PAGE },
            { name: 'booth-base', test: BOOTH_BASE },
            // Late parts use most of the dashboard, too.
            {
              name: 'dashboard-base',
              test: /\/web\/dashboard\//,
              tags: ['$initial'],
              includeDependenciesRecursively: false,
            },
          ],
        },
      },
    },
  },
  worker: {
    format: 'es',
    plugins: () => [noTextFormats()],
    rolldownOptions: {
      output: {
        entryFileNames: ({ name }) => `assets/${name === 'worker' ? 'verifier-worker' : name}-[hash].js`,
        comments: { annotation: false },
      },
    },
  },
  plugins: [plainDynamicImports(), budgets(), compressed()],
})

/**
 * Keeps dynamic imports as they are written. Vite's own helper loads their style sheets and imports
 * ahead, which our dictionaries do not have, and takes 800 bytes of a small budget.
 */
function plainDynamicImports(): Plugin {
  return {
    name: 'plain-dynamic-imports',
    enforce: 'pre',
    load: (id) =>
      id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load()' : undefined,
  }
}

/**
 * Removes the checks of `format` (e-mail, URI, host names …) from the library of schemas: they are
 * 5 kB, and no schema of ours uses them. A schema that uses one fails in the page at once, and in
 * the tests of the pages.
 */
function noTextFormats(): Plugin {
  return {
    name: 'no-text-formats',
    load: (id) =>
      /\/typebox\/build\/format\/index\.mjs$/.test(id)
        ? "const no = () => { throw new Error('no formats here') }; export const Format = { Has: no, " +
          'Get: no, Test: no }'
        : undefined,
  }
}

/**
 * Gzipped bytes of the workers that chunks start. Workers are separate files, and the text of a
 * chunk has their names.
 */
function workersOf(
  chunks: readonly (Bundled | undefined)[],
  bundle: Readonly<Record<string, Bundled>>,
): number {
  const codes = chunks.flatMap((chunk) => (chunk?.type === 'chunk' ? [chunk.code] : []))
  return Object.values(bundle)
    .filter(({ type, fileName }) => type === 'asset' && fileName.endsWith('.js'))
    .filter(({ fileName }) => codes.some((code) => code.includes(fileName.replace(/^.*\//, ''))))
    .reduce((sum, worker) => {
      const code = worker.type === 'asset' ? worker.source : ''
      return sum + gzipSync(code, { level: 9 }).length
    }, 0)
}

/** The module for which `import()` loads a chunk; empty for all other chunks. */
function moduleOf(chunk: Bundled | undefined): string {
  return chunk?.type === 'chunk' && chunk.isDynamicEntry ? (chunk.facadeModuleId ?? '') : ''
}

function sizeOf(chunk: Bundled | undefined): number {
  return chunk?.type === 'chunk' ? gzipSync(chunk.code, { level: 9 }).length : 0
}

/**
 * The chunks that these chunks load, at once or later, without those left out and the chunks that
 * only they load.
 */
function chunksFrom(
  bundle: Readonly<Record<string, Bundled>>,
  from: readonly string[],
  isLeftOut: (file: string) => boolean,
): ReadonlySet<string> {
  const files = new Set<string>()
  const visit = (file: string) => {
    const chunk = bundle[file]
    if (files.has(file) || chunk?.type !== 'chunk' || isLeftOut(file)) return
    files.add(file)
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(next)
  }
  for (const file of from) visit(file)
  return files
}

/** Refuses a build in which a page loads more JavaScript than its budget. */
function budgets(): Plugin {
  return {
    name: 'page-budgets',
    // Runs last, because Vite adds imports to the chunks before.
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const [page, { budgetBytes, oneOf, later = [] }] of Object.entries(PAGES)) {
          const entry = Object.values(bundle).find(
            (item) => item.type === 'chunk' && item.isEntry && item.name === page,
          )
          if (entry === undefined) this.error(`no entry chunk for ${page}`)
          const laterIn = (file: string) => later.find(({ modules }) => modules.test(moduleOf(bundle[file])))
          const files = chunksFrom(bundle, [entry.fileName], (file) => laterIn(file) !== undefined)
          let bytes = 0
          let largestChoice = 0
          for (const file of files) {
            const size = sizeOf(bundle[file])
            if (oneOf?.test(moduleOf(bundle[file]))) largestChoice = Math.max(largestChoice, size)
            else bytes += size
          }
          for (const file of Object.keys(bundle)) {
            const part = laterIn(file)
            if (part === undefined) continue
            // The chunks that it loads and the page has not loaded.
            const own = chunksFrom(
              bundle,
              [file],
              (other) => files.has(other) || (other !== file && laterIn(other) !== undefined),
            )
            const size = [...own].reduce((sum, each) => sum + sizeOf(bundle[each]), 0)
            if (size > part.budgetBytes)
              this.error(`${file} is ${size} bytes of gzipped JavaScript; its budget is ${part.budgetBytes}`)
          }
          bytes +=
            largestChoice +
            workersOf(
              [...files].map((file) => bundle[file]),
              bundle,
            )
          if (bytes > budgetBytes)
            this.error(`${page} is ${bytes} bytes of gzipped JavaScript; its budget is ${budgetBytes}`)
          console.log(`${page}: ${bytes} of ${budgetBytes} bytes of gzipped JavaScript`)
        }
      },
    },
  }
}
