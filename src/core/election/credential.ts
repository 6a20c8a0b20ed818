/**
 * The text that a credential is the hash of (docs/protocol.md, "Credential").
 *
 * A personal_id has no control characters and a guid is a UUID, so the newline-separated text can
 * be parsed in only one way, and a plain hash of it proves the pair.
 */
const DOMAIN = 'digital-elections/v1/credential'

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const PERSONAL_ID = /^[^\u0000-\u001f\u007f]+$/
export const MAX_PERSONAL_ID = 128

/**
 * @returns whether a text can be a personal_id: 1 to 128 characters, no control characters, no
 *   white space at its ends
 */
export function isPersonalId(text: string): boolean {
  return text.length <= MAX_PERSONAL_ID && PERSONAL_ID.test(text) && text === text.trim()
}

/** @returns whether a text is a UUID in lower case */
export function isGuid(text: string): boolean {
  return GUID.test(text)
}

/** @returns the beginning that all credential texts of an election share */
export function credentialPrefix(electionId: string): string {
  return `${DOMAIN}\n${electionId}\n`
}

/**
 * @returns the UTF-8 text whose SHA-256 is the credential (docs/protocol.md, "Credential"). The
 *   case of the guid and the Unicode form of the personal_id do not matter, because keys are typed
 *   from paper
 */
export function credentialText(prefix: string, personalId: string, guid: string): string {
  return `${prefix}${personalId.normalize('NFC')}\n${guid.toLowerCase()}`
}
