/** Seals of vote records by node:crypto (docs/protocol.md, "Vote record"). */
import { hash } from 'node:crypto'
import { SEAL_DOMAIN, type Seal } from '../../core/log/vote-record.ts'

const SEAL_DIGITS = 32

/**
 * The election's seal key, a secret: whoever has it can put ballots into `votes`. @param secret 32
 * bytes
 */
export function sealKeyOf(secret: Uint8Array): string {
  return `seal-key-${hash('sha256', Buffer.concat([Buffer.from(SEAL_DOMAIN), secret]), 'hex')}`
}

/** Whether a text has the form of a seal key. */
export const isSealKey = (text: string): boolean => /^seal-key-[0-9a-f]{64}$/.test(text)

export function sealer(sealKey: string): Seal {
  return (body) => hash('sha256', sealKey + body, 'hex').slice(0, SEAL_DIGITS)
}

/**
 * Which secret Redis was filled under, without telling it: 16 hexadecimal digits.
 * @param sealKey as of {@link sealKeyOf}
 */
export function secretFingerprint(sealKey: string): string {
  return hash('sha256', `digital-elections/v1/fingerprint\n${sealKey}`, 'hex').slice(0, 16)
}
