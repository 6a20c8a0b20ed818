/**
 * What this browser keeps of a cast, so that a lost answer, a closed tab or an empty battery leaves nobody unsure.
 *
 * Written before the ballot is sent: the idempotency key and the choices. The moment the answer is there it is
 * overwritten by the receipt alone, which is kept until the voter removes it. It is encrypted with AES-GCM; key and
 * entry name come from the voter key by HKDF, so without the voter's letter or link it says only that someone voted
 * with this browser.
 */
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import type { Receipt } from './calls.ts'
import type { Marks } from './marks.ts'

export type CastRecord =
  | { readonly state: 'sending'; readonly idempotencyKey: string; readonly marks: Marks }
  | { readonly state: 'recorded'; readonly receipt: Receipt }

export interface CastRecords {
  readonly read: () => Promise<CastRecord | undefined>
  /** Whether it is stored: a browser may have no room, or let nobody store anything. */
  readonly write: (record: CastRecord) => Promise<boolean>
  readonly remove: () => void
}

const IV_BYTES = 12

const prefixOf = (electionId: string) => `cast/${electionId}/`

/** Whether this browser holds a cast of this election, by whomever. */
export function holdsCast(electionId: string): boolean {
  try {
    return Object.keys(localStorage).some((name) => name.startsWith(prefixOf(electionId)))
  } catch {
    return false
  }
}

/** Null where the browser offers no cryptography (the page came without TLS) or no storage. */
export async function castRecordsOf(electionId: string, key: VoterKeyPair): Promise<CastRecords | null> {
  try {
    const { subtle } = crypto
    const encoder = new TextEncoder()
    const secret = encoder.encode(`${key.personalId.normalize('NFC')}\n${key.guid}`)
    const master = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits', 'deriveKey'])
    const derived = (info: string) => ({
      name: 'HKDF',
      hash: 'SHA-256',
      salt: encoder.encode(electionId),
      info: encoder.encode(`digital-elections/v1/booth/${info}`),
    })
    const name =
      prefixOf(electionId) + base64(new Uint8Array(await subtle.deriveBits(derived('name'), master, 128)))
    const aes = { name: 'AES-GCM', length: 256 }
    const sealing = await subtle.deriveKey(derived('seal'), master, aes, false, ['encrypt', 'decrypt'])
    const storage = localStorage
    return {
      read: async () => {
        try {
          const bytes = unbase64(storage.getItem(name)!)
          const cipher = { name: 'AES-GCM', iv: bytes.slice(0, IV_BYTES) }
          return JSON.parse(
            new TextDecoder().decode(await subtle.decrypt(cipher, sealing, bytes.slice(IV_BYTES))),
          )
        } catch {
          return undefined // nothing there, or damaged: as good as nothing
        }
      },
      write: async (record) => {
        try {
          const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
          const plain = encoder.encode(JSON.stringify(record))
          const sealed = new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv }, sealing, plain))
          storage.setItem(name, base64(new Uint8Array([...iv, ...sealed])))
          return true
        } catch {
          return false
        }
      },
      remove: () => storage.removeItem(name),
    }
  } catch {
    return null
  }
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

function unbase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
