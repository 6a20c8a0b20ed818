/** `--emit-secret` of `init --cluster`: where the election's Kubernetes Secrets go. They hold keys: a file of one's own, or a pipe. */
import { Option } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { createPrivateFile } from '../adapters/files/private-file.ts'

export const TO_STDOUT = '-'

export interface EmitOptions {
  readonly cluster?: boolean
  readonly emitSecret?: string
  readonly json?: boolean
}

export const emitSecretOption = () =>
  new Option(
    '--emit-secret <file>',
    'on a cluster: write the keys that servers need as Kubernetes Secrets, YAML, to a file that does not exist yet; - for a pipe',
  )

/** @throws {BadInput} where keys would go nowhere, or to a screen, or among other words */
export function refuseStrayEmission({ cluster, emitSecret, json }: EmitOptions): void {
  const wrong = (message: string) => new BadInput('--emit-secret', [{ message }])
  if (emitSecret === undefined) return
  if (!cluster) throw wrong('is for a cluster: add --cluster')
  if (emitSecret !== TO_STDOUT) return
  if (json) throw wrong('and --json both write to standard output: name a file')
  if (process.stdout.isTTY)
    throw wrong(
      'would show keys on a screen, which keeps what it showed: name a file, or pipe it into kubectl',
    )
}

export interface EmittedSecret {
  readonly write: (yaml: string) => Promise<void>
  /** Removes what was begun and not written. */
  readonly letGo: () => Promise<void>
}

/**
 * Begun before the election is made, so that a path that cannot be written is refused before anything is.
 * @throws {BadInput} where the file is there or cannot be written
 */
export async function emittedSecret({ emitSecret }: EmitOptions): Promise<EmittedSecret | undefined> {
  if (emitSecret === undefined) return undefined
  if (emitSecret === TO_STDOUT)
    return { write: async (yaml) => void process.stdout.write(yaml), letGo: async () => {} }
  const file = await createPrivateFile(emitSecret)
  let written = false
  return {
    write: async (yaml) => {
      await file.append(yaml)
      await file.commit()
      written = true
    },
    letGo: async () => {
      if (!written) await file.abort()
    },
  }
}
