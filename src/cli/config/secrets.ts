/**
 * Options that are secrets, or addresses that may contain one. They are read from a file or the
 * environment, refused on the command line, and hidden wherever a value is shown.
 */
import type { Option } from 'commander'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { openTrouble, readPlain } from '../../adapters/files/plain-file.ts'

/** `whole`: the whole value is secret. `address`: only a password or token in it is. */
export type SecretKind = 'whole' | 'address'

const SECRETS = new WeakMap<Option, SecretKind>()

/** Marks an option as secret. */
export function secret(option: Option, kind: SecretKind): Option {
  SECRETS.set(option, kind)
  return option
}

export const secretKind = (option: Option): SecretKind | undefined => SECRETS.get(option)

/** Suffixes of the variable and of the key that name a file with the secret. */
export const FILE_SUFFIX = '_FILE'
export const FILE_KEY_SUFFIX = '-file'

const HIDDEN = '•••'
const MOST_BYTES = 64 * 1024

/** Passwords and tokens in the addresses of engines. */
const IN_ADDRESS: readonly RegExp[] = [
  // Up to the last "@", because a password may contain any character, even one that should have
  // been escaped. "host:port/path" without an "@" before its query or parameters has no password.
  /(\/\/[^/?#@:]*:)(?!\d+(?:\/[^@?#;]*)?(?:[?#,;]|$))((?:(?!:\/\/)[\s\S])+)(?=@)/g,
  /([?&;](?:password|passwd|pass|token|sslpassword)=)([^&;]+)/gi,
]

/** Returns the value with its secret parts replaced by dots. */
export function withoutSecret(text: string, kind: SecretKind): string {
  if (kind === 'whole') return HIDDEN
  return IN_ADDRESS.reduce((shown, pattern) => shown.replace(pattern, `$1${HIDDEN}`), text)
}

export const holdsSecret = (text: string, kind: SecretKind): boolean => withoutSecret(text, kind) !== text

/**
 * Refuses instead of warning: every account of this machine can read a command line while the
 * process runs, and the shell keeps it in its history.
 * @throws {BadInput}
 */
export function refuseOnCommandLine(flag: string, variable: string, text: string, kind: SecretKind): void {
  if (!holdsSecret(text, kind)) return
  const what = kind === 'whole' ? 'is a secret' : 'contains a password'
  throw new BadInput(flag, [
    {
      message:
        `${what}, and every account of this machine can read a command line: give it in ${variable}, ` +
        `or name a file that has it in ${variable}${FILE_SUFFIX}; if it was ever given this way, change it`,
    },
  ])
}

/**
 * Reads a secret from a file, without the line break at its end.
 * @param place the variable or line that named the file
 * @throws {BadInput} if the file cannot be read, is empty, or has more than one line
 */
export function secretIn(path: string, place: string): string {
  const wrong = (message: string) => new BadInput(place, [{ message: `${path}: ${message}` }])
  let bytes: Uint8Array | undefined
  try {
    bytes = readPlain(path, MOST_BYTES)
  } catch (cause) {
    throw wrong(cause instanceof BadInput ? cause.problems[0]!.message : openTrouble(cause))
  }
  if (bytes === undefined) throw wrong('there is no such file')
  if (bytes.length > MOST_BYTES) throw wrong(`is longer than ${MOST_BYTES} bytes`)
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/\r?\n$/, '')
  if (text.trim() === '') throw wrong('is empty')
  if (/[\r\n]/.test(text)) throw wrong('has more than one line')
  return text
}
