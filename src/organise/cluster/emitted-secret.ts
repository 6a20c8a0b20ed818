/**
 * A cluster's election as Kubernetes Secrets: what a server needs of it that no engine has. Two,
 * for two kinds of servers: whoever takes ballots or publishes the log holds the election secret
 * and the log's key; who keeps Spark counting holds the seal key alone, which tells ballots from
 * other records and makes no tag, draw or signature.
 */
import { existsSync, readFileSync } from 'node:fs'
import { clusterFile, electionDir, logKeyFile, secretFile } from '../../adapters/embedded/layout.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { sealKeyOf } from '../../adapters/node/sealer.ts'
import { logSignerIn } from '../log-key.ts'

/** Names of the files of a mounted Secret; the first two are those of a data folder's `keys/`. */
export const ELECTION_SECRET = 'election-secret'
export const LOG_KEY = 'log-key'
export const SEAL_KEY = 'seal-key'

const SECRET_BYTES = 32

/** A Secret's name is a DNS name: it may have no underscore, and an id no full stop. */
const named = (kind: 'keys' | 'seal', id: string) => `elections-${kind}-${id.replaceAll('_', '.')}`

/** Names of an election's Secrets. */
export const secretNames = (id: string): readonly string[] => [named('keys', id), named('seal', id)]

/**
 * The Secrets of an election that was made before, as its data folder has its keys.
 * @returns YAML as of {@link kubernetesSecrets}
 * @throws {BadInput} where its ballots lie on one machine, or a key is missing, destroyed or
 *   malformed
 */
export function emittedSecrets(dataDir: string, id: string): string {
  const dir = electionDir(dataDir, id)
  if (!existsSync(clusterFile(dir)))
    throw new BadInput(dir, [
      { message: 'its ballots lie in this folder: only servers of a cluster start from Secrets' },
    ])
  const missing = (path: string) =>
    new BadInput(path, [
      { message: 'is missing: take the folder that "init --cluster" made, or a backup of it' },
    ])
  if (!existsSync(secretFile(dir))) throw missing(secretFile(dir))
  fittingSecret(readFileSync(secretFile(dir)), secretFile(dir))
  if (logSignerIn(dir) === null) throw missing(logKeyFile(dir))
  return kubernetesSecrets(dir, id)
}

/** @returns the bytes @throws {BadInput} where they are no election secret */
export function fittingSecret(secret: Buffer, path: string): Buffer {
  if (secret.length === SECRET_BYTES) return secret
  throw new BadInput(path, [
    { message: `has ${secret.length} bytes, not ${SECRET_BYTES}: no election secret` },
  ])
}

/**
 * @param dir the election's folder
 * @returns YAML of two documents, with keys in it: for `kubectl apply -f`, in the namespace that is
 *   given there
 */
export function kubernetesSecrets(dir: string, id: string): string {
  const secret = readFileSync(secretFile(dir))
  return [
    secretYaml(named('keys', id), id, 'for servers of the roles gateway and results', {
      [ELECTION_SECRET]: secret,
      [LOG_KEY]: readFileSync(logKeyFile(dir)),
    }),
    secretYaml(named('seal', id), id, 'for servers of the role tally', {
      [SEAL_KEY]: Buffer.from(`${sealKeyOf(secret)}\n`),
    }),
  ].join('---\n')
}

/**
 * Immutable: an election never changes its keys, and a slip of the hand would stop every server
 * that starts.
 */
function secretYaml(
  name: string,
  id: string,
  words: string,
  files: Readonly<Record<string, Buffer>>,
): string {
  const data = Object.entries(files).map(([file, bytes]) => `  ${file}: ${bytes.toString('base64')}\n`)
  return `# Keys of the election "${id}", ${words}.
apiVersion: v1
kind: Secret
metadata:
  name: ${name}
  labels:
    app.kubernetes.io/part-of: digital-elections
  annotations:
    digital-elections/election: "${id}"
type: Opaque
immutable: true
data:
${data.join('')}`
}
