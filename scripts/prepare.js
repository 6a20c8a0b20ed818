/**
 * Installs what is missing before `npm start` and `npm test`: packages with `npm ci`, the pages by
 * a build, and for the tests browsers with the system's package manager, and Redis, PostgreSQL,
 * Kafka and Spark with tools/engines. Plain JavaScript, because it runs on the installed Node.
 *
 * usage: prepare.js packages|pages|start|browser|engines|cluster|test [--quiet]
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const purpose = process.argv[2]
const quiet = process.argv.includes('--quiet')

if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node 20 or newer is needed to install, this is ${process.versions.node}`)

// Packing must not change the installed packages.
if (purpose !== 'pages') installPackages()
if (purpose !== 'packages') buildPages()
if (purpose === 'test' || purpose === 'browser') installBrowsers()
if (purpose === 'test' || purpose === 'engines') installEngines()
if (purpose === 'test') buildGoTools()

/** Runs `npm ci` if the lock file has changed since the last installation. */
function installPackages() {
  const stamp = join(ROOT, 'node_modules', '.elections-installed')
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('installing packages (npm ci), once')
  const npm = process.env.npm_execpath
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']]
  run(command, [...args, '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, wanted)
}

/** Builds the pages if one of their sources has changed. */
function buildPages() {
  const stamp = join(ROOT, 'dist', '.built-from')
  const wanted = hashOf(['package-lock.json', 'src/web', 'src/core'])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('building the pages')
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  run(pinnedNode(), [vite, 'build', '--config', 'src/web/vite.config.ts', '--logLevel', 'warn'])
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Installs the missing browsers in one step. */
function installBrowsers() {
  const browsers = [
    {
      name: 'Chromium',
      packages: ['chromium'],
      isThere: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some(existsSync),
    },
    {
      name: 'Firefox',
      packages: ['firefox-esr'],
      isThere: ['/usr/bin/firefox-esr', '/usr/bin/firefox'].some(existsSync),
    },
    {
      name: 'WebKitGTK with its driver and Xvfb',
      packages: ['webkit2gtk-driver', 'xvfb'],
      isThere: ['/usr/bin/WebKitWebDriver', '/usr/bin/Xvfb'].every(existsSync),
    },
  ]
  const missing = browsers.filter(({ isThere }) => !isThere)
  if (missing.length === 0) return
  const names = missing.map(({ name }) => name).join(', ')
  const packages = missing.flatMap((each) => each.packages)
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0)
    fail(`the browser tests need ${names}: install it with your package manager, or run as root on Debian`)
  say(`installing ${names} for the browser tests`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = () =>
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      env,
      stdio: 'ignore',
    })
  if (install().status === 0) return
  run('apt-get', ['update', '-qq'])
  if (install().status !== 0)
    fail(`${names} could not be installed; try "apt-get install ${packages.join(' ')}"`)
}

/**
 * Installs the engines as `npm run cluster` does, which prints its progress. Returns at once if all
 * are installed.
 */
function installEngines() {
  run(pinnedNode(), [join(ROOT, 'tools', 'engines', 'main.ts'), '--install'])
}

/**
 * Builds the Go programs if Go is installed, and prints its progress. A single test file builds
 * what it needs.
 */
function buildGoTools() {
  run(pinnedNode(), [join(ROOT, 'test', 'build-go-tools.ts')])
}

function pinnedNode() {
  const file = join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  return existsSync(file) ? file : process.execPath
}

function hashOf(paths) {
  const hash = createHash('sha256')
  const add = (path) => {
    hash.update(path)
    hash.update(readFileSync(join(ROOT, path)))
  }
  for (const path of paths) {
    const isFolder = existsSync(join(ROOT, path, '.')) && !path.includes('.')
    if (!isFolder) add(path)
    else
      for (const entry of readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true }))
        if (entry.isFile()) add(join(entry.parentPath.slice(ROOT.length + 1), entry.name))
  }
  return hash.digest('hex')
}

function run(command, args) {
  try {
    execFileSync(command, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
  } catch {
    fail(`"${[command, ...args].join(' ')}" failed`)
  }
}

function say(text) {
  if (!quiet) console.error(`elections: ${text}`)
}

function fail(text) {
  console.error(`elections: ${text}`)
  process.exit(1)
}
