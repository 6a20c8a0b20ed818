#!/usr/bin/env node
/**
 * The launcher, in plain JavaScript for whatever Node is installed: it runs the program on the pinned Node that npm
 * brought along, and starts a server again after a crash. The log is the truth, so starting again is all a crash needs.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SERVER_FLAGS } from './server-flags.js'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const OLDEST_NODE = 24
const SUPERVISED = new Set(['serve', 'demo'])
/** What the program ends with after a fault that only a restart mends (src/core/fault.ts). */
const EXIT_FAULT = 70
const RESTARTS_LIMIT = 5
const RESTARTS_WINDOW_MS = 60_000
/** Signals a person or a service manager sends to end a server; after any other, it was a crash. */
const WANTED_SIGNALS = new Set(['SIGTERM', 'SIGINT', 'SIGHUP'])

/** The pinned Node of this platform, or this very Node if that is new enough. */
function findNode() {
  const require = createRequire(import.meta.url)
  const platform = process.platform === 'win32' ? 'win' : process.platform
  for (const name of [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]) {
    try {
      const dir = dirname(require.resolve(`${name}/package.json`))
      const file = join(dir, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
      if (existsSync(file)) return file
    } catch {
      // not installed: the next one
    }
  }
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return process.execPath
  console.error(
    `elections: needs Node ${OLDEST_NODE} or newer, this is ${process.versions.node}; in a clone "npm ci" brings the right one`,
  )
  process.exit(2)
}

/** A clone has the sources, which Node runs as they are; a package has what was made of them. */
const SOURCE = join(ROOT, 'src', 'cli', 'main.ts')
const MAIN = existsSync(SOURCE) ? SOURCE : join(ROOT, 'lib', 'cli', 'main.js')
const node = findNode()
const supervised = SUPERVISED.has(process.argv[2])
/** A service gets the flags of Node that its installation has. */
const flags = supervised || process.argv[2] === 'install-service' ? SERVER_FLAGS : []
const args = [...flags, MAIN, ...process.argv.slice(2)]
const restarts = []
let child
let ending = false

function run(restarted) {
  child = spawn(node, args, {
    // The channel tells the server when this launcher is gone.
    stdio: supervised ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
    env: restarted ? { ...process.env, ELECTIONS_RESTARTED: '1' } : process.env,
  })
  child.on('error', (error) => {
    console.error(`elections: ${error.message}`)
    process.exit(2)
  })
  child.on('exit', (code, signal) => {
    const crashed = signal === null ? code === EXIT_FAULT : !WANTED_SIGNALS.has(signal)
    if (supervised && crashed && !ending && mayRestart()) {
      console.error(
        `elections: the server ended unexpectedly (${signal ?? `code ${code}`}), starting it again`,
      )
      setTimeout(() => run(true), 200 * restarts.length)
    } else if (signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else process.exit(code)
  })
}

function mayRestart() {
  const now = Date.now()
  while (restarts.length > 0 && restarts[0] < now - RESTARTS_WINDOW_MS) restarts.shift()
  restarts.push(now)
  if (restarts.length <= RESTARTS_LIMIT) return true
  console.error(
    `elections: ${RESTARTS_LIMIT} crashes within a minute, giving up: see "elections doctor --data DIR"`,
  )
  return false
}

for (const signal of WANTED_SIGNALS) {
  process.on(signal, () => {
    // A server with TLS reads its certificate again on SIGHUP, and goes on.
    if (signal !== 'SIGHUP') ending = true
    // A Ctrl-C reaches the child by itself, being in the same terminal; a second signal there would cut it off.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  })
}
run(false)
