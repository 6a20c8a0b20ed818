/**
 * One question to a Spark Connect server: which version are you? It takes a session to answer, so
 * it shows more than an open port does. The driver of the tally is elsewhere and needs the whole
 * protocol; this needs a dozen bytes of it.
 */
import { Client, credentials, Metadata } from '@grpc/grpc-js'

const METHOD = '/spark.connect.SparkConnectService/AnalyzePlan'
/** Always the same: the server keeps every session for good. */
const SESSION = '00000000-0000-4000-8000-000000000001'

/**
 * @param address `host:port`
 * @throws where it does not answer within the time, or does not take the token
 */
export function askSparkVersion(address: string, token: string, timeoutMs = 10_000): Promise<string> {
  const client = new Client(address, credentials.createInsecure())
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${token}`)
  return new Promise<string>((resolve, reject) => {
    client.makeUnaryRequest(
      METHOD,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      question(),
      metadata,
      { deadline: Date.now() + timeoutMs },
      (error, answer) => {
        if (error) reject(error)
        else resolve(versionIn(answer!))
      },
    )
  }).finally(() => client.close())
}

/**
 * AnalyzePlanRequest { session_id = 1, user_context = 2 { user_id = 1 }, spark_version = 10 {} }.
 */
function question(): Buffer {
  return Buffer.concat([
    field(1, Buffer.from(SESSION)),
    field(2, field(1, Buffer.from('elections'))),
    field(10, Buffer.alloc(0)),
  ])
}

/** A length-delimited field; ours are shorter than 128 bytes. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes])
}

/** AnalyzePlanResponse { spark_version = 8 { version = 1 } }, found by its shape: "4.2.0". */
function versionIn(answer: Buffer): string {
  const version = /\d+\.\d+\.\d+/.exec(answer.toString('latin1').replaceAll(SESSION, ''))
  if (version === null) throw new Error('Spark answered without its version')
  return version[0]
}
