/**
 * `elections install-service`: a server that starts with the machine, under systemd, with few
 * rights.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { configured } from './config/configured.ts'
import { FILE_SUFFIX } from './config/secrets.ts'
import { type Commands, SERVE, settingsOf } from './config/settings.ts'
import { openSources } from './config/sources.ts'
import { installService } from './service/install.ts'
import { type ServiceAsked, type ServiceSecret, stateDir, unitText } from './service/unit.ts'

interface InstallOptions {
  readonly name: string
  readonly config?: string
  readonly secret?: ReadonlyMap<string, string>
  readonly dryRun?: boolean
}

/** As accounts may be called everywhere. */
const NAME = /^[a-z][a-z0-9_-]{0,30}$/
const DEFAULT_CONFIG = '/etc/elections/elections.json'
const LAST_LOW_PORT = 1023
const TLS_KEY = 'tls-key'

export function installServiceCommand(commands: Commands): Command {
  return new Command('install-service')
    .summary('make a systemd service of the server')
    .description(
      'Writes a systemd unit for "elections serve", with an account of its own and few rights, and starts nothing yet.\n' +
        'The service takes its settings from a file and from the flags behind “--”, not from the environment of this shell.',
    )
    .argument('[flags...]', 'behind “--”: flags of "serve"')
    .addOption(
      new Option('--name <name>', 'of the service, its account and its folder in /var/lib')
        .default('elections')
        .argParser(name),
    )
    .addOption(
      new Option(
        '--secret <setting=file>',
        'a secret, such as database=/etc/elections/database-url; may be repeated',
      ).argParser(withSecret),
    )
    .option('--dry-run', 'print the unit, and write nothing')
    .addHelpText(
      'after',
      `
--config names the file that the service takes its settings from (default: ${DEFAULT_CONFIG}, where it is there).
Exit codes: 0 done, 2 refused: no systemd here, not root, a setting that is wrong, another unit of that name.

Examples:
  $ elections install-service --dry-run
  $ sudo elections install-service --config /etc/elections/elections.json
  $ sudo elections install-service --secret database=/etc/elections/database-url -- --cluster --port 8501`,
    )
    .action((flags: readonly string[], options: InstallOptions) => install(commands, flags, options))
}

function name(text: string): string {
  if (!NAME.test(text)) throw new InvalidArgumentError('It must be lower-case letters, digits, - and _.')
  return text
}

function withSecret(
  text: string,
  before: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> {
  const at = text.indexOf('=')
  const path = text.slice(at + 1)
  if (at < 1 || !path.startsWith('/') || /[\s:]/.test(path))
    throw new InvalidArgumentError('It must be a setting and the absolute path of a file: database=/etc/….')
  return new Map([...(before ?? []), [text.slice(0, at), path]])
}

async function install(commands: Commands, flags: readonly string[], options: InstallOptions): Promise<void> {
  const asked = await serviceAsked(commands, flags, options)
  if (options.dryRun) return console.log(unitText(asked).trimEnd())
  const written = installService(asked, {
    root: '/',
    isRoot: process.getuid?.() === 0,
    run: (program, args) => execFileSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] }),
  })
  console.log(`Written: ${written.join(', ')}

Next:
  1. Make the election as the account of the service:
       sudo -u ${asked.name} elections init --definition … --roll … --data ${asked.dataDir}
  2. Start it, now and with the machine:
       sudo systemctl enable --now ${asked.name}
  3. See how it is doing:
       systemctl status ${asked.name}; journalctl -u ${asked.name}`)
}

async function serviceAsked(
  commands: Commands,
  flags: readonly string[],
  { name: service, config, secret: files = new Map() }: InstallOptions,
): Promise<ServiceAsked> {
  const file = config ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined)
  const given = [...(file === undefined ? [] : ['--config', resolve(file)]), ...flags]
  const serve = await commands[SERVE]!()
  const secrets = secretsOf(serve, files)
  for (const option of serve.options) option.mandatory = false
  serve.exitOverride().action(() => {})
  // Nothing of this shell's environment: the service does not have it.
  const settle = await openSources(commands, {})
  await configured(serve, settle).parseAsync(given, { from: 'user' })
  const { data, ...others } = serve.opts() as { readonly data?: string } & Record<string, unknown>
  if (data !== undefined && !data.startsWith('/'))
    throw new BadInput('--data', [{ message: 'must be an absolute path: a service has no current folder' }])
  const dataDir = data ?? stateDir(service)
  const hasLowPort =
    others.domain !== undefined ||
    Object.entries(others).some(([key, port]) => /port$/i.test(key) && isLowPort(port))
  return {
    ...{ name: service, dataDir, hasLowPort, secrets },
    hasTls: others.domain !== undefined || others.tlsCert !== undefined,
    command: [
      ...[process.execPath, ...process.execArgv, resolve(process.argv[1]!), SERVE],
      ...given,
      ...(data === undefined ? ['--data', dataDir] : []),
    ],
  }
}

const isLowPort = (port: unknown): boolean => typeof port === 'number' && port > 0 && port <= LAST_LOW_PORT

function secretsOf(serve: Command, files: ReadonlyMap<string, string>): readonly ServiceSecret[] {
  const known = settingsOf(serve, serve).filter(({ key, secret }) => secret !== undefined || key === TLS_KEY)
  return [...files].map(([key, path]) => {
    const setting = known.find((each) => each.key === key)
    if (setting === undefined)
      throw new BadInput('--secret', [
        {
          message: `${key} is not a secret of "serve"; there are ${known.map((each) => each.key).join(', ')}`,
        },
      ])
    // A key is a file already; a copy of it is handed over as the other secrets are.
    return { name: key, variable: setting.variable + (key === TLS_KEY ? '' : FILE_SUFFIX), path }
  })
}
