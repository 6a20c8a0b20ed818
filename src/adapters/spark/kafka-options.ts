/**
 * Options of Spark's source and sink for Kafka's addresses and TLS: those beginning with `kafka.`
 * go to Kafka's own client. Certificates and keys are in the plan as text, because Spark's machines
 * do not have our files.
 */
import { KAFKA_MECHANISM, type KafkaAddress } from '../../ports/engine-address.ts'
import { enginePem } from '../node/engine-tls.ts'

const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule'

/**
 * @returns options by name; the password and the client's key are secrets
 * @throws {UnfitEngineFile} if a file cannot be used
 */
export function kafkaOptions({ brokers, tls, login }: KafkaAddress): Readonly<Record<string, string>> {
  const place = { 'kafka.bootstrap.servers': [...brokers].sort().join(',') }
  if (tls === undefined) return place
  const { ca, client } = enginePem(tls)
  return {
    ...place,
    'kafka.security.protocol': login === undefined ? 'SSL' : 'SASL_SSL',
    // Kafka's default; set here so that no configuration of Spark's can disable it.
    'kafka.ssl.endpoint.identification.algorithm': 'https',
    ...(ca !== undefined && { 'kafka.ssl.truststore.type': 'PEM', 'kafka.ssl.truststore.certificates': ca }),
    ...(client && {
      'kafka.ssl.keystore.type': 'PEM',
      'kafka.ssl.keystore.certificate.chain': client.chain,
      'kafka.ssl.keystore.key': client.key,
    }),
    ...(login && {
      'kafka.sasl.mechanism': KAFKA_MECHANISM,
      'kafka.sasl.jaas.config':
        `${SCRAM} required username=${quoted(login.user)} ` + `password=${quoted(login.password)};`,
    }),
  }
}

/**
 * A text for Java's login configuration with every byte as a number: no character can end the text,
 * and its form is recognisable wherever it is quoted (redacted.ts).
 * @param text ASCII
 */
function quoted(text: string): string {
  const bytes = [...Buffer.from(text, 'latin1')]
  return `"${bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"`
}
