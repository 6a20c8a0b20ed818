/**
 * The text behind a credential (docs/protocol.md, "Credential").
 *
 * A personal_id holds no control character and a guid is a UUID, so the newline-separated text can
 * be read in one way only, and a plain hash of it proves the pair.
 */
const DOMAIN = 'digital-elections/v1/credential'

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const PERSONAL_ID = /^[^\u0000-\u001f\u007f]+$/
export const MAX_PERSONAL_ID = 128

export function isPersonalId(text: string): boolean {
  return text.length <= MAX_PERSONAL_ID && PERSONAL_ID.test(text) && text === text.trim()
}

export function isGuid(text: string): boolean {
  return GUID.test(text)
}

/** All that is common to an election's credentials, worked out once. */
export function credentialPrefix(electionId: string): string {
  return `${DOMAIN}\n${electionId}\n`
}

/**
 * The UTF-8 text whose SHA-256 is the credential. Case of the guid and Unicode form of the
 * personal_id do not matter, for keys are typed from paper.
 */
export function credentialText(prefix: string, personalId: string, guid: string): string {
  return `${prefix}${personalId.normalize('NFC')}\n${guid.toLowerCase()}`
}
