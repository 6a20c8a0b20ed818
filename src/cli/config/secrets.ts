/**
 * Options that are secrets, or addresses that may hold one: taken from a file or the environment,
 * refused on the command line, hidden wherever a value is shown.
 */
import type { Option } from 'commander'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { openTrouble, readPlain } from '../../adapters/files/plain-file.ts'

/** `whole`: all of it is secret. `address`: a password or token inside is. */
export type SecretKind = 'whole' | 'address'

const SECRETS = new WeakMap<Option, SecretKind>()

/** Marks an option as one that is secret. */
export function secret(option: Option, kind: SecretKind): Option {
  SECRETS.set(option, kind)
  return option
}

export const secretKind = (option: Option): SecretKind | undefined => SECRETS.get(option)

/** Of a variable and a key that name the file a secret lies in. */
export const FILE_SUFFIX = '_FILE'
export const FILE_KEY_SUFFIX = '-file'

const HIDDEN = '•••'
const MOST_BYTES = 64 * 1024

/** Passwords and tokens as addresses of engines write them. */
const IN_ADDRESS: readonly RegExp[] = [
  // Up to the last "@": a password may hold any character, and one that should have been escaped is
  // no less secret. "host:port/path" without an "@" before its query or parameters is none.
  /(\/\/[^/?#@:]*:)(?!\d+(?:\/[^@?#;]*)?(?:[?#,;]|$))((?:(?!:\/\/)[\s\S])+)(?=@)/g,
  /([?&;](?:password|passwd|pass|token|sslpassword)=)([^&;]+)/gi,
]

/** The value without what is secret in it. */
export function withoutSecret(text: string, kind: SecretKind): string {
  if (kind === 'whole') return HIDDEN
  return IN_ADDRESS.reduce((shown, pattern) => shown.replace(pattern, `$1${HIDDEN}`), text)
}

export const holdsSecret = (text: string, kind: SecretKind): boolean => withoutSecret(text, kind) !== text

/**
 * A warning would come too late: every account of this machine can read a command line while the
 * process runs, and the shell keeps it afterwards.
 * @throws {BadInput}
 */
export function refuseOnCommandLine(flag: string, variable: string, text: string, kind: SecretKind): void {
  if (!holdsSecret(text, kind)) return
  const what = kind === 'whole' ? 'is a secret' : 'has a password in it'
  throw new BadInput(flag, [
    {
      message:
        `${what}, and everybody on this machine can read a command line: give it in ${variable}, ` +
        `or name a file that holds it in ${variable}${FILE_SUFFIX}; change it if it was used this way before`,
    },
  ])
}

/**
 * What the file holds, without the line's end. @param place what named the file @throws {BadInput}
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
