/** Writes an election's Kubernetes Secrets, which hold keys, to a private file or a pipe. */
import { Option } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { createPrivateFile } from '../adapters/files/private-file.ts'

export const TO_STDOUT = '-'

/** For the text of `--help`. */
export const SECRET_OUTPUT = 'a file that does not exist yet, or - for a pipe'

export interface SecretOutput {
  /** The option that named it. */
  readonly option: string
  /** A file, or {@link TO_STDOUT}. */
  readonly to: string
  readonly json: boolean
}

interface InitOutput {
  readonly cluster?: boolean
  readonly emitSecret?: string
  readonly json?: boolean
}

const EMIT_SECRET = '--emit-secret'

/** The option of `init`. */
export const emitSecretOption = () =>
  new Option(
    `${EMIT_SECRET} <file>`,
    `on a cluster: write the keys that servers need as Kubernetes Secrets, YAML, to ${SECRET_OUTPUT}`,
  )

/**
 * Returns the output that `init` was given; undefined if none.
 * @throws {BadInput} if the election is not on a cluster, or {@link refuseStray} refuses
 */
export function outputOfInit({ cluster, emitSecret, json }: InitOutput): SecretOutput | undefined {
  if (emitSecret === undefined) return undefined
  if (!cluster) throw new BadInput(EMIT_SECRET, [{ message: 'is for a cluster: add --cluster' }])
  const output = { option: EMIT_SECRET, to: emitSecret, json: json ?? false }
  refuseStray(output)
  return output
}

/** @throws {BadInput} if keys would go to a screen, or be mixed with other output */
export function refuseStray({ option, to, json }: SecretOutput): void {
  const wrong = (message: string) => new BadInput(option, [{ message }])
  if (to !== TO_STDOUT) return
  if (json) throw wrong('and --json both write to standard output: name a file')
  if (process.stdout.isTTY)
    throw wrong(
      'would print keys to a terminal, which keeps them in its history: name a file, or pipe them ' +
        'into kubectl',
    )
}

export interface EmittedSecret {
  readonly write: (yaml: string) => Promise<void>
  /** Removes the file if nothing was written to it. */
  readonly letGo: () => Promise<void>
}

/**
 * Opens the output. Callers do this first, so that a path that cannot be written is refused before
 * anything else happens.
 * @throws {BadInput} if the file exists already or cannot be written
 */
export async function emittedSecret({ to }: SecretOutput): Promise<EmittedSecret> {
  if (to === TO_STDOUT)
    return { write: async (yaml) => void process.stdout.write(yaml), letGo: async () => {} }
  const file = await createPrivateFile(to)
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
