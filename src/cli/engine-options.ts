/**
 * The options of the connections to a cluster's engines: TLS for all of them, and Kafka's login.
 */
import { X509Certificate } from 'node:crypto'
import { type Command, Option } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { enginePem, UnfitEngineFile } from '../adapters/node/engine-tls.ts'
import { BadAddress } from '../organise/cluster/addresses.ts'
import type { EngineTls, KafkaAddress } from '../ports/engine-address.ts'
import { secret } from './config/secrets.ts'
import { sharedByAll } from './config/settings.ts'

export interface EngineTlsOptions {
  readonly engineCa?: string
  readonly engineCert?: string
  readonly engineKey?: string
}

export interface KafkaWayOptions extends EngineTlsOptions {
  readonly kafkaTls?: boolean
  readonly kafkaUser?: string
  readonly kafkaPassword?: string
}

/** Kafka's client escapes only the first comma, and "=" separates names from values. */
const USER = /^[\x21-\x2b\x2d-\x3c\x3e-\x7e]{1,255}$/
/** Other characters have several Unicode forms, and client and broker may choose different ones. */
const PASSWORD = /^[\x20-\x7e]{1,512}$/

/** Adds the options of TLS that all engines share. */
export const overEngineTls = (command: Command): Command =>
  withShared(
    command,
    new Option(
      '--engine-ca <file>',
      'with TLS: the certificate authorities of the engines, PEM (default: the system’s)',
    ),
    new Option(
      '--engine-cert <file>',
      'with TLS: a client certificate for the engines, with its chain, PEM; this file, its key and ' +
        'the authorities are read again when they change',
    ),
    new Option('--engine-key <file>', 'the key of that certificate, PEM'),
  )

/** Adds the options that only Kafka has. */
export const onKafkaWay = (command: Command): Command =>
  withShared(
    command,
    new Option('--kafka-tls', 'connect to Kafka over TLS'),
    new Option('--kafka-user <name>', 'with TLS: the user name for Kafka, SASL SCRAM-SHA-512'),
    secret(
      new Option('--kafka-password <text>', 'the password of that user, given in ELECTIONS_KAFKA_PASSWORD'),
      'whole',
    ),
  )

function withShared(command: Command, ...options: readonly Option[]): Command {
  for (const option of options) command.addOption(sharedByAll(option))
  return command
}

/**
 * @throws {BadAddress} for options that do not go together; {BadInput} for a file that cannot be
 *   used
 */
export function engineTls({ engineCa: caFile, engineCert, engineKey }: EngineTlsOptions): EngineTls {
  if (engineCert !== undefined && engineKey === undefined)
    throw new BadAddress('--engine-cert: needs its key: give --engine-key too')
  if (engineKey !== undefined && engineCert === undefined)
    throw new BadAddress('--engine-key: needs its certificate: give --engine-cert too')
  const client =
    engineCert === undefined || engineKey === undefined
      ? undefined
      : { certFile: engineCert, keyFile: engineKey }
  const files = { ...(caFile !== undefined && { caFile }), ...(client && { client }) }
  if (caFile !== undefined || client !== undefined) refuseUnfit(files)
  return files
}

/** @throws {BadInput} */
function refuseUnfit(files: EngineTls): void {
  try {
    const { client } = enginePem(files)
    if (client === undefined) return
    const untilMs = new X509Certificate(client.chain).validToDate.getTime()
    if (untilMs <= systemClock.nowMs())
      throw new UnfitEngineFile(
        files.client!.certFile,
        `the certificate expired on ${new Date(untilMs).toISOString()}`,
      )
  } catch (cause) {
    if (cause instanceof UnfitEngineFile) throw new BadInput(cause.path, [{ message: cause.message }])
    throw cause
  }
}

/** @throws as `engineTls`; no message contains the password */
export function kafkaWay(options: KafkaWayOptions): Omit<KafkaAddress, 'brokers'> {
  const { kafkaTls = false, kafkaUser: user, kafkaPassword: password } = options
  if (user === undefined && password === undefined) return kafkaTls ? { tls: engineTls(options) } : {}
  if (user === undefined)
    throw new BadAddress('ELECTIONS_KAFKA_PASSWORD: needs its user name: give --kafka-user too')
  if (password === undefined)
    throw new BadAddress(
      '--kafka-user: needs its password: give ELECTIONS_KAFKA_PASSWORD, or ELECTIONS_KAFKA_PASSWORD_FILE',
    )
  if (!kafkaTls) throw new BadAddress('--kafka-user: needs TLS: give --kafka-tls too')
  if (!USER.test(user))
    throw new BadAddress(
      '--kafka-user: must be 1 to 255 printable ASCII characters, without spaces, "," and "="',
    )
  if (!PASSWORD.test(password))
    throw new BadAddress('ELECTIONS_KAFKA_PASSWORD: must be 1 to 512 printable ASCII characters')
  return { tls: engineTls(options), login: { user, password } }
}
