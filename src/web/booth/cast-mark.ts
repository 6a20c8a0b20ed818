/**
 * What this browser keeps of a cast whose answer is missing: enough to ask what became of it, and
 * nothing of the choices.
 *
 * An idempotency key is made of the voter key and a random number by HKDF. The number is what is
 * kept, under a name made of the voter key, too: without letter or link it says only that somebody
 * voted here. With them it brings no choice back.
 */
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { hexOf } from '../../core/election/text-bytes.ts'

export interface CastMarks {
  /**
   * The idempotency keys of casts that were sent from this browser and not answered, newest last.
   */
  readonly unanswered: () => Promise<string[]>
  readonly next: () => Promise<Attempt>
  /** Forgets them all: what became of the voter key is known. */
  readonly forget: () => void
}

/** One cast, however often it is sent. */
export interface Attempt {
  readonly idempotencyKey: string
  /**
   * Keeps the mark, at once. False where it is not stored: a browser may have no room, or let
   * nobody store anything.
   */
  readonly keep: () => boolean
}

const prefixOf = (electionId: string) => `sent/${electionId}/`

/** Whether a ballot of this election was sent from this browser, by anybody, and not answered. */
export function holdsMark(electionId: string): boolean {
  try {
    return Object.keys(localStorage).some((name) => name.startsWith(prefixOf(electionId)))
  } catch {
    return false
  }
}

/**
 * Secrets of a voter key's own, of 128 bits, one for each use.
 * @throws where the browser offers no cryptography
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

/** Null where the browser offers no cryptography (the page came without TLS) or no storage. */
export async function castMarksOf(electionId: string, key: VoterKeyPair): Promise<CastMarks | null> {
  try {
    const derive = await derivation(electionId, key)
    const derived = async (info: string) => hexOf(await derive(info))
    const name = prefixOf(electionId) + (await derived('name'))
    const storage = localStorage
    // Earlier versions kept receipts here, which the link alone brought back.
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

/** 128 bits. crypto.randomUUID is not there without TLS; this is. */
export function randomHex(): string {
  return hexOf(crypto.getRandomValues(new Uint8Array(16)))
}
