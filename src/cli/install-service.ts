/** `elections install-service`: a systemd unit that starts the server at boot, with few rights. */
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

/** Names that every Linux system accepts for an account. */
const NAME = /^[a-z][a-z0-9_-]{0,30}$/
const DEFAULT_CONFIG = '/etc/elections/elections.json'
const LAST_LOW_PORT = 1023
const TLS_KEY = 'tls-key'

export function installServiceCommand(commands: Commands): Command {
  return new Command('install-service')
    .summary('install the server as a systemd service')
    .description(
      'Writes a systemd unit for "elections serve", with a separate account and few rights. It ' +
        'does not start the service.\n' +
        'The service gets its settings from a file and from the flags after “--”, not from the ' +
        'environment of this shell.',
    )
    .argument('[flags...]', 'after “--”: flags of "serve"')
    .addOption(
      new Option('--name <name>', 'the name of the service, of its account and of its folder in /var/lib')
        .default('elections')
        .argParser(name),
    )
    .addOption(
      new Option(
        '--secret <setting=file>',
        'a setting and the file that has its secret, such as database=/etc/elections/database-url; ' +
          'may be repeated',
      ).argParser(withSecret),
    )
    .option('--dry-run', 'print the unit and write nothing')
    .addHelpText(
      'after',
      `
--config names the configuration file of the service (default: ${DEFAULT_CONFIG}, if it exists).
Exit codes: 0 done, 2 refused (no systemd on this machine, not root, a wrong setting, or another
unit of that name).

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
  2. Start the service now and at every boot:
       sudo systemctl enable --now ${asked.name}
  3. Check its state:
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
  // Without this shell's environment: the service does not have it.
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
          message:
            `${key} is not a secret of "serve"; ` + `these are: ${known.map((each) => each.key).join(', ')}`,
        },
      ])
    // The setting of a TLS key is a path already, so its variable has no suffix.
    return { name: key, variable: setting.variable + (key === TLS_KEY ? '' : FILE_SUFFIX), path }
  })
}
