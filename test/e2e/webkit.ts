/**
 * The system's WebKitGTK, driven by WebDriver on a screen in memory (Xvfb).
 *
 * Its driver does not report a page's console. So pages come through a proxy that inserts a script
 * before all others, and the script reports the console to the proxy.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Builder, By, Capabilities, type WebDriver } from 'selenium-webdriver'
import { freePort } from '../tls/pebble.ts'
import { CSP_WATCH, type DrivenBrowser } from './driven.ts'

const DRIVER = '/usr/bin/WebKitWebDriver'
const SCREEN = '/usr/bin/Xvfb'
const READY_MS = 30_000

export async function launchWebKit(): Promise<DrivenBrowser> {
  for (const [path, name] of [
    [DRIVER, 'webkit2gtk-driver'],
    [SCREEN, 'xvfb'],
  ] as const)
    if (!existsSync(path)) throw new Error(`this test needs ${path}: install Debian's package ${name}`)
  const ends: (() => unknown)[] = []
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    const driver = await startDriver(ends)
    const faults: string[] = []
    return {
      name: 'WebKit',
      version: String((await driver.getCapabilities()).get('browserVersion')),
      addressOf: async (serverUrl) => startProxy(new URL(serverUrl), faults, ends),
      goTo: async (url) => {
        await driver.get(url)
        if (!(await driver.executeScript('return globalThis.isWatched')))
          throw new Error(`errors of ${url} would not be recorded: use addressOf()`)
      },
      evaluate: (expression) => driver.executeScript(`return ${expression}`),
      click: (path) => driver.findElement(By.xpath(path)).click(),
      type: (path, text) => driver.findElement(By.xpath(path)).sendKeys(text),
      faults,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** @param ends receives functions that end what is started here, in order */
async function startDriver(ends: (() => unknown)[]): Promise<WebDriver> {
  const options = ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp']
  const screen = spawn(SCREEN, options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  ends.push(() => ended(screen))
  const [display] = (await once(screen.stdio[3] as Readable, 'data')) as [Buffer]
  const port = await freePort()
  const process_ = spawn(DRIVER, [`--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: `:${String(display).trim()}`, LANG: 'en_GB.UTF-8', NO_AT_BRIDGE: '1' },
  })
  ends.push(() => ended(process_))
  const url = `http://127.0.0.1:${port}`
  await answering(`${url}/status`)
  const capabilities = new Capabilities().set('browserName', 'MiniBrowser')
  const driver = await new Builder().usingServer(url).withCapabilities(capabilities).build()
  ends.push(() => driver.quit())
  return driver
}

async function answering(url: string): Promise<void> {
  const untilMs = Date.now() + READY_MS
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    if (Date.now() > untilMs) throw new Error(`${DRIVER} does not answer`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill()
  await exit
}

const WATCH_PATH = '/watch-for-faults.js'
/** The request is synchronous, so that no navigation loses it. */
const WATCH = `(() => {
  globalThis.isWatched = true
  const report = (text) => {
    const call = new XMLHttpRequest()
    call.open('POST', '${WATCH_PATH}', false)
    call.send(text)
  }
  const write = console.error
  console.error = (...values) => {
    report('console: ' + values.join(' '))
    write.apply(console, values)
  }
  addEventListener('error', (event) => report('error: ' + (event.message ?? event.target.outerHTML)), true)
  addEventListener('unhandledrejection', (event) => report('error: ' + event.reason))
  ${CSP_WATCH}
})()`

/** @returns the address at which the server's pages have the script */
async function startProxy(target: URL, faults: string[], ends: (() => unknown)[]): Promise<string> {
  const proxy = createServer(async (from, to) => {
    if (from.url !== WATCH_PATH) return passOn(target, from, to)
    const told = await text(from)
    if (from.method === 'POST') faults.push(told)
    to.setHeader('content-type', 'text/javascript').end(WATCH)
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  ends.push(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

function passOn({ hostname, port }: URL, from: IncomingMessage, to: ServerResponse): void {
  // The proxy reads pages, so they must be neither compressed nor "not modified".
  const { 'accept-encoding': _, 'if-none-match': __, ...headers } = from.headers
  const up = request({ host: hostname, port, path: from.url, method: from.method, headers }, (answer) => {
    if (!answer.headers['content-type']?.startsWith('text/html')) {
      to.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(to)
      return
    }
    const { 'content-length': _, ...kept } = answer.headers
    text(answer).then(
      (page) =>
        to
          .writeHead(answer.statusCode!, kept)
          .end(page.replace('<head>', `<head><script src="${WATCH_PATH}"></script>`)),
      () => to.destroy(),
    )
  })
  up.on('error', () => to.destroy())
  to.on('close', () => up.destroy())
  from.pipe(up)
}
