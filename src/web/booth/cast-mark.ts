/**
 * What this browser keeps about a cast whose answer is missing: enough to ask for the outcome, and
 * none of the choices.
 *
 * HKDF makes an idempotency key from the voter key and a random number. The browser stores the
 * number under a name that is also made from the voter key: without letter or link it reveals only
 * that somebody voted here. Even with them it reveals no choice.
 */
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { hexOf } from '../../core/election/text-bytes.ts'

export interface CastMarks {
  /**
   * The idempotency keys of casts that were sent from this browser and not answered, newest last.
   */
  readonly unanswered: () => Promise<string[]>
  readonly next: () => Promise<Attempt>
  /** Forgets them all, because the outcome is known. */
  readonly forget: () => void
}

/** One cast, which may be sent several times. */
export interface Attempt {
  readonly idempotencyKey: string
  /**
   * Stores the mark at once. Returns false if the browser has no room or allows no storage.
   */
  readonly keep: () => boolean
}

const prefixOf = (electionId: string) => `sent/${electionId}/`

/** Whether any voter sent a ballot of this election from this browser and got no answer. */
export function holdsMark(electionId: string): boolean {
  try {
    return Object.keys(localStorage).some((name) => name.startsWith(prefixOf(electionId)))
  } catch {
    return false
  }
}

/**
 * Secrets of 128 bits that are derived from a voter key, one for each use.
 * @throws if the browser offers no cryptography
 */
export async function derivation(
  electionId: string,
  key: VoterKeyPair,
): Promise<(use: string) => Promise<Uint8Array<ArrayBuffer>>> {
  const { subtle } = crypto
  const encoder = new TextEncoder()
  const secret = encoder.encode(`${key.personalId.normalize('NFC')}\n${key.guid}`)
  const master = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
  const salt = encoder.encode(electionId)
  return async (use) => {
    const info = encoder.encode(`digital-elections/v1/booth/${use}`)
    return new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, master, 128))
  }
}

/** Null if the browser offers no cryptography (the page came without TLS) or no storage. */
export async function castMarksOf(electionId: string, key: VoterKeyPair): Promise<CastMarks | null> {
  try {
    const derive = await derivation(electionId, key)
    const derived = async (info: string) => hexOf(await derive(info))
    const name = prefixOf(electionId) + (await derived('name'))
    const storage = localStorage
    // Earlier versions stored receipts here, which anybody with the link could see.
    for (const old in storage) if (old.startsWith('cast/')) storage.removeItem(old)
    const kept = () => storage.getItem(name) ?? ''
    return {
      unanswered: () => Promise.all((kept().match(/\w+/g) ?? []).map(derived)),
      next: async () => {
        const number = randomHex()
        return {
          idempotencyKey: await derived(number),
          keep: () => {
            try {
              if (!kept().includes(number)) storage.setItem(name, `${kept()} ${number}`)
              return true
            } catch {
              return false
            }
          },
        }
      },
      forget: () => storage.removeItem(name),
    }
  } catch {
    return null
  }
}

/** 128 random bits. Unlike crypto.randomUUID this works without TLS. */
export function randomHex(): string {
  return hexOf(crypto.getRandomValues(new Uint8Array(16)))
}
