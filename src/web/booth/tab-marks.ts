/**
 * The marks of this tab over a reload, so that a voter who pulls the page down by mistake need not
 * begin again.
 *
 * They are put down when the page goes, encrypted under the voter key, which the page after it does
 * not have: the voter opens the link or types the key again. Taken up only by a page that was asked
 * for before that moment, which a reload is and a tab opened again is not; then they are in that
 * page's memory alone. Cast, and they are gone.
 */
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { hexOf } from '../../core/election/text-bytes.ts'
import { derivation } from './cast-mark.ts'
import type { Marks } from './marks.ts'

const NAME = 'marks'

export interface TabMarks {
  /** Whether there are some of before a reload, whosever they are. */
  readonly areKept: () => boolean
  /** Those that this key made; null where there are none. Others' are forgotten. */
  readonly before: (key: VoterKeyPair) => Promise<Marks | null>
  readonly keep: (key: VoterKeyPair, marks: Marks) => void
  readonly drop: () => void
  /** The page goes. */
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

/** AES-GCM: 12 bytes of chance in front, in hexadecimal. */
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
    return null // another voter's
  }
}

async function cipher(electionId: string, key: VoterKeyPair): Promise<CryptoKey> {
  const secret = await (await derivation(electionId, key))('marks')
  return crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['encrypt', 'decrypt'])
}
