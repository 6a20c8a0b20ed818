/**
 * `elections token`: makes, lists and revokes the access tokens of machines. Running servers apply
 * a change at once.
 */
import { Command, InvalidArgumentError, Option } from 'commander'
import { electionIds } from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { systemClock } from '../adapters/node/clock.ts'
import {
  type AccessToken,
  type BoundCertificate,
  isScope,
  isTokenId,
  isTokenName,
  MOST_NAME,
  rateInWords,
  readRate,
  SCOPES,
  type Scope,
  standingOf,
} from '../core/access/access-token.ts'
import { readInstant } from '../core/election/instant.ts'
import { addToken, listTokens, revokeToken, type TokenPlace } from '../organise/access-tokens.ts'
import { certificateIn } from '../organise/bound-certificate.ts'
import { type ClusterOptions, clusterAddresses, onDatabase } from './cluster-options.ts'

interface PlaceOptions extends ClusterOptions {
  readonly data: string
  readonly json?: boolean
}

interface AddOptions extends PlaceOptions {
  readonly name: string
  readonly scope: readonly Scope[]
  /** Unix milliseconds. */
  readonly expires: number
  /** Requests per second. */
  readonly rate: number
  readonly certificate?: string
  readonly bySubject?: boolean
}

const DEFAULT_RATE = '100/s'

export function tokenCommand(): Command {
  return new Command('token')
    .summary('manage access tokens for polling places, kiosks, importers and the press')
    .description(
      'Access tokens identify machines: a polling place behind one address, an importer, the press. ' +
        'A token alone cannot cast a ballot: each ballot still needs the key of its voter. A token is ' +
        'shown once; only its hash is stored.',
    )
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand())
    .addHelpText(
      'after',
      `
Scopes:
  cast     cast ballots; the token’s rate applies instead of the limits per address;
           "serve --require-token cast" requires such a token for every ballot
  results  read the count, as far as it may be shown at that moment;
           "serve --require-token results" requires such a token for every count
  amend    move the end of voting to a later time (POST /elections/ID/extensions); the public log records it

Examples:
  $ elections token add --data ./data --name "Kiosk 3" --scope cast --expires 2026-12-01 --rate 20/s
  $ elections token list --data ./data
  $ elections token revoke --data ./data k3v9x0q2ab`,
    )
}

function addCommand(): Command {
  const command = new Command('add')
    .description('make a token and print it once')
    .requiredOption('--name <name>', 'a name by which people know the machine', name)
    .addOption(
      new Option('--scope <scope...>', 'what the token allows; separate several scopes with spaces')
        .choices(SCOPES)
        .makeOptionMandatory(),
    )
    .requiredOption(
      '--expires <time>',
      'when it expires: at the end of a day, such as 2026-12-01, or at a time, such as ' +
        '2026-12-01T20:00:00+01:00',
      expiry,
    )
    .option('--rate <rate>', 'the most ballots or requests, such as 20/s or 30/min', rate, rate(DEFAULT_RATE))
    .option(
      '--certificate <file>',
      'a client certificate, PEM: the token is valid only together with it ("serve --tls-client-ca")',
    )
    .option(
      '--by-subject',
      'bind the token to the certificate’s subject, so that a renewed certificate needs no new token',
    )
  return inPlace(command).action(async (options: AddOptions) => {
    if (options.expires <= systemClock.nowMs())
      throw new BadInput('--expires', [{ message: 'is in the past: the token would never be valid' }])
    const certificate = boundTo(options)
    const { token, text } = await addToken(placeOf(options), {
      ...{ name: options.name, scopes: [...new Set(options.scope)].filter(isScope) },
      ...{ expiresAtMs: options.expires, perSecond: options.rate },
      ...(certificate && { certificate }),
    })
    if (options.json) console.log(JSON.stringify({ event: 'token-added', ...shown(token), token: text }))
    else
      console.log(`${text}

Token ${token.id} for "${token.name}": ${inWords(token)}.
Send it as "Authorization: Bearer TOKEN". It is not shown again: if you lose it, revoke it and make another.`)
  })
}

function listCommand(): Command {
  const command = new Command('list').description('list all tokens, the oldest first')
  return inPlace(command).action(async (options: PlaceOptions) => {
    const tokens = await listTokens(placeOf(options))
    if (options.json) {
      for (const token of tokens) console.log(JSON.stringify(shown(token)))
      return
    }
    if (tokens.length === 0) console.log('There are no access tokens: "elections token add" makes one.')
    for (const token of tokens) console.log(`${token.id}  ${token.name}: ${inWords(token)}`)
  })
}

function revokeCommand(): Command {
  const command = new Command('revoke')
    .description('revoke a token permanently')
    .argument('<id>', 'the ten characters after "elections_" in the token; "token list" prints them', tokenId)
  return inPlace(command).action(async (id: string, options: PlaceOptions) => {
    const revoked = await revokeToken(placeOf(options), id)
    if (options.json)
      console.log(JSON.stringify({ event: 'token-revoked', id, already: revoked === 'already' }))
    else console.log(revoked === 'already' ? `Token ${id} was already revoked.` : `Token ${id} is revoked.`)
  })
}

/** @throws {BadInput} */
function boundTo({ certificate, bySubject }: AddOptions): BoundCertificate | undefined {
  if (certificate !== undefined) return certificateIn(certificate, bySubject === true)
  if (bySubject)
    throw new BadInput('--by-subject', [
      { message: 'needs a certificate with the subject: give --certificate too' },
    ])
  return undefined
}

function inPlace(command: Command): Command {
  // Errors must reach `run`, which ends the process.
  command
    .exitOverride()
    .requiredOption('--data <folder>', 'the data folder')
    .option(
      '--cluster',
      'the tokens of a cluster, in PostgreSQL: every server applies a change within seconds',
    )
    .option('--json', 'print one line of JSON for each token')
  return onDatabase(command)
}

function placeOf(options: PlaceOptions): TokenPlace {
  if (options.cluster) return { cluster: clusterAddresses(options) }
  if (electionIds(options.data).length === 0)
    throw new BadInput(options.data, [{ message: 'has no election: tokens need a folder with an election' }])
  return { dataDir: options.data }
}

/** The token for --json, without its hash. */
function shown(token: AccessToken) {
  const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
  return {
    ...{ id: token.id, name: token.name, scopes: token.scopes, rate: rateInWords(token.perSecond) },
    ...{ created_at: iso(token.createdAtMs), expires_at: iso(token.expiresAtMs) },
    ...(token.certificate && { certificate: token.certificate }),
    ...{ revoked_at: iso(token.revokedAtMs), standing: standingOf(token, systemClock.nowMs()) },
  }
}

function inWords(token: AccessToken): string {
  const until = new Date(token.expiresAtMs).toISOString()
  const standing = standingOf(token, systemClock.nowMs())
  const ends =
    standing === 'revoked'
      ? `revoked at ${new Date(token.revokedAtMs!).toISOString()}`
      : standing === 'expired'
        ? `expired at ${until}`
        : `until ${until}`
  return [token.scopes.join(' and '), rateInWords(token.perSecond), ...bindingInWords(token), ends].join(', ')
}

function bindingInWords({ certificate }: AccessToken): string[] {
  if (certificate === undefined) return []
  return 'sha256' in certificate
    ? [`with the client certificate ${certificate.sha256.slice(0, 16)}…`]
    : [`with a client certificate of "${certificate.subject}"`]
}

function name(text: string): string {
  const trimmed = text.trim()
  if (!isTokenName(trimmed))
    throw new InvalidArgumentError(`It must be one line of at most ${MOST_NAME} characters.`)
  return trimmed
}

function tokenId(text: string): string {
  if (!isTokenId(text)) throw new InvalidArgumentError('It must be ten lower-case letters and digits.')
  return text
}

function rate(text: string): number {
  const perSecond = readRate(text)
  if (perSecond === undefined)
    throw new InvalidArgumentError('It must be a rate such as 20/s or 30/min, from 1/min to 1000000/s.')
  return perSecond
}

/** A day ends at midnight of this machine's time zone. @returns Unix milliseconds */
function expiry(text: string): number {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const noon = readInstant(`${text}T12:00:00Z`)
    if (typeof noon === 'string') throw new InvalidArgumentError(`It ${noon}.`)
    const [year, month, day] = text.split('-').map(Number) as [number, number, number]
    return new Date(year, month - 1, day + 1).getTime()
  }
  const read = readInstant(text)
  if (typeof read === 'string') throw new InvalidArgumentError(`It ${read}.`)
  return read.ms
}
