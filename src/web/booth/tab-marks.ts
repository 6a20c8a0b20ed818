/**
 * Keeps the choices of this tab over a reload, so that a voter who reloads the page by mistake need
 * not begin again.
 *
 * They are stored when the page closes, encrypted with the voter key. The next page does not have
 * the key: the voter opens the link or types the key again. Only a page that was requested before
 * that moment reads them. This is true of a reload, and not of a reopened tab. Then they are only
 * in that page's memory. Casting deletes them.
 */
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { hexOf } from '../../core/election/text-bytes.ts'
import { derivation } from './cast-mark.ts'
import type { Marks } from './marks.ts'

const NAME = 'marks'

export interface TabMarks {
  /** Whether there are choices from before a reload, of any key. */
  readonly areKept: () => boolean
  /** The choices of this key, or null. Those of other keys are deleted. */
  readonly before: (key: VoterKeyPair) => Promise<Marks | null>
  readonly keep: (key: VoterKeyPair, marks: Marks) => void
  readonly drop: () => void
  /** Stores the choices when the page closes. */
  readonly putDown: () => void
}

export function tabMarks(electionId: string): TabMarks {
  let sealed = takeUp(electionId)
  let seen: Marks | undefined
  return {
    areKept: () => sealed !== '',
    before: async (key) => {
      const text = sealed
      sealed = ''
      return text === '' ? null : opened(electionId, key, text)
    },
    keep: (key, marks) => {
      if (seen === marks || Object.keys(marks).length === 0) return
      seen = marks
      sealedUnder(electionId, key, marks).then(
        (text) => {
          if (seen === marks) sealed = text
        },
        () => {}, // no cryptography
      )
    },
    drop: () => {
      sealed = ''
      seen = undefined
    },
    putDown: () => {
      if (sealed === '') return
      try {
        const now = performance.timeOrigin + performance.now()
        sessionStorage.setItem(NAME, JSON.stringify([electionId, now, sealed]))
      } catch {} // no storage
    },
  }
}

function takeUp(electionId: string): string {
  try {
    const [election, wentMs, text] = JSON.parse(sessionStorage.getItem(NAME)!)
    sessionStorage.removeItem(NAME)
    return performance.timeOrigin < wentMs && election === electionId ? text : ''
  } catch {
    return '' // nothing there, or no storage
  }
}

/** AES-GCM: 12 random bytes in front, in hexadecimal. */
async function sealedUnder(electionId: string, key: VoterKeyPair, marks: Marks): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const text = new TextEncoder().encode(JSON.stringify(marks))
  const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await cipher(electionId, key), text)
  return hexOf(iv) + hexOf(new Uint8Array(bytes))
}

async function opened(electionId: string, key: VoterKeyPair, sealed: string): Promise<Marks | null> {
  try {
    const bytes = Uint8Array.from(sealed.match(/../g)!, (hex) => Number.parseInt(hex, 16))
    const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, 12) }
    const text = await crypto.subtle.decrypt(algorithm, await cipher(electionId, key), bytes.slice(12))
    return JSON.parse(new TextDecoder().decode(text))
  } catch {
    return null // of another voter
  }
}

async function cipher(electionId: string, key: VoterKeyPair): Promise<CryptoKey> {
  const secret = await (await derivation(electionId, key))('marks')
  return crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['encrypt', 'decrypt'])
}
