/**
 * `elections ready`: asks the server on this machine whether it is ready; a health check for
 * supervisors such as Docker.
 */
import { request as httpRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Command, Option } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { printable } from '../core/printable.ts'
import { type AccessOptions, accessOptions } from './access-options.ts'
import { EXIT_NO } from './exit.ts'
import { portOption } from './options.ts'
import { listening, type TlsOptions, tlsOptions, tlsSettings } from './tls-options.ts'

interface ReadyOptions extends TlsOptions, AccessOptions {
  readonly port?: number
  readonly host?: string
}

interface Place {
  readonly host: string
  readonly port: number
  /** The name in its certificate; null if it speaks plain HTTP. */
  readonly tls: string | null
}

const PATIENCE_MS = 4000
/** The longest printed problem: another program at the port may have written it. */
const MOST_CHARACTERS = 200
/** The longest answer that is read; a server's own has less than 100 bytes. */
const MOST_BYTES = 4096
/** The addresses that mean "listen on all addresses". */
const EVERYWHERE = new Set(['0.0.0.0', '::'])

export function readyCommand(): Command {
  const command = new Command('ready')
    .summary('ask the server on this machine whether it is ready')
    .description(
      'Asks the server on this machine at /readyz whether it is ready. It finds the address and ' +
        'the port in the settings\n' +
        'of “serve”.',
    )
    .addOption(portOption('8501, with --domain 443'))
    .addOption(new Option('--host <address>', 'the address that the server listens on'))
  for (const option of [...tlsOptions(), ...accessOptions()]) command.addOption(option)
  return command
    .addHelpText(
      'after',
      `
Exit codes: 0 the server is ready, 1 it is not ready or does not answer
within ${PATIENCE_MS / 1000} s, 2 a setting is wrong.

Examples:
  $ elections ready
  $ ELECTIONS_METRICS_PORT=9090 elections ready`,
    )
    .action(async (options: ReadyOptions) => {
      const place = placeOf(options)
      const problem = await problemAt(place)
      if (problem === null) return console.log('ready')
      console.error(`elections: ${place.host}, port ${place.port}: ${printable(problem, MOST_CHARACTERS)}`)
      process.exitCode = EXIT_NO
    })
}

/**
 * @throws {BadInput} for settings that `serve` would refuse, and if the server picks a port itself
 */
function placeOf(options: ReadyOptions): Place {
  const tls = tlsSettings(options, false)
  const place =
    options.metricsPort === undefined
      ? { ...listening(options, tls), tls: tls === undefined ? null : (tls.domains[0] ?? '') }
      : { host: options.metricsHost, port: options.metricsPort, tls: null }
  if (place.port === 0)
    throw new BadInput(options.metricsPort === 0 ? '--metrics-port' : '--port', [
      { message: 'is 0, so the server picks a free port, and this command cannot know which' },
    ])
  return EVERYWHERE.has(place.host) ? { ...place, host: '127.0.0.1' } : place
}

/** @returns why the server is not ready; null if it is ready */
function problemAt({ host, port, tls }: Place): Promise<string | null> {
  const asked: RequestOptions = { host, port, path: '/readyz', agent: false, timeout: PATIENCE_MS }
  return new Promise((resolve) => {
    // The connection does not leave this machine, so the certificate need not be verified.
    const request =
      tls === null
        ? httpRequest(asked)
        : httpsRequest({ ...asked, rejectUnauthorized: false, ...(tls !== '' && { servername: tls }) })
    const giveUp = setTimeout(
      () => request.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)),
      PATIENCE_MS,
    )
    const end = (problem: string | null): void => {
      clearTimeout(giveUp)
      request.destroy()
      resolve(problem)
    }
    request.on('error', (error) => end(error.message))
    request.on('response', (response) => {
      if (response.statusCode === 200) return end(null)
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
        if (text.length > MOST_BYTES) end(`status ${response.statusCode}`)
      })
      response.on('end', () => end(codeIn(text) ?? `status ${response.statusCode}`))
    })
    request.end()
  })
}

/** Returns the code of a refusal, such as `stopping`; null if the body has no code. */
function codeIn(text: string): string | null {
  try {
    const { code } = JSON.parse(text) as { code?: unknown }
    return typeof code === 'string' ? code : null
  } catch {
    return null
  }
}
