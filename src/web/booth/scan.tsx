/**
 * The letter's code by the camera, where there is one: its reader is fetched when it is asked for.
 */
import type { ComponentType } from 'preact'
import { useState } from 'preact/hooks'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { keyInLink } from '../../core/election/key-link.ts'
import { KEY_ENTRY_STRINGS } from './key-entry-strings.ts'
import type { LetterCameraProps } from './letter-camera.tsx'
import { of } from './words.ts'

export function Scan({ onKey }: { readonly onKey: (key: VoterKeyPair) => void }) {
  const words = of(KEY_ENTRY_STRINGS)
  const [Camera, setCamera] = useState<ComponentType<LetterCameraProps>>()
  const [trouble, setTrouble] = useState('')
  const close = (why = '') => {
    setCamera(undefined)
    setTrouble(why)
  }
  const open = () =>
    import('./letter-camera.tsx').then(
      ({ LetterCamera }) => {
        setTrouble('')
        setCamera(() => LetterCamera)
      },
      () => close(words.scanNone),
    )
  const take = (text: string) => {
    const key = keyInLink(text.slice(Math.max(0, text.indexOf('#'))))
    typeof key === 'object' ? onKey(key) : close(words.scanOther)
  }
  // Said before anybody looks for a button; without TLS no page is given a camera.
  if (!navigator.mediaDevices) return <p class="hint">{words.noCamera}</p>
  return (
    <div class="scan">
      {Camera ? (
        <Camera onText={take} onTrouble={close} onClose={() => close()} />
      ) : (
        <button type="button" class="secondary" onClick={open}>
          {words.scan}
        </button>
      )}
      <div role="alert">{trouble && <p class="note warn">{trouble}</p>}</div>
    </div>
  )
}
