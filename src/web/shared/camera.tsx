/**
 * Reads a code with the camera. The camera is on only while this part is on the screen, and its
 * pictures stay in the browser.
 */
import { useEffect, useRef } from 'preact/hooks'

const LOOK_EVERY_MS = 200

export interface CameraWords {
  readonly hint: string
  readonly picture: string
  readonly stop: string
  readonly denied: string
  readonly none: string
}

interface CameraProps {
  readonly words: CameraWords
  /** The text of a code in a picture, or null. */
  readonly codeIn: (picture: CanvasImageSource, width: number, height: number) => Promise<string | null>
  readonly onText: (text: string) => void
  /** Called with the reason, in words, if there is no picture. */
  readonly onTrouble: (words: string) => void
  readonly onClose: () => void
}

export function hasCamera(): boolean {
  return navigator.mediaDevices?.getUserMedia !== undefined
}

export function Camera({ words, codeIn, onText, onTrouble, onClose }: CameraProps) {
  const video = useRef<HTMLVideoElement>(null)

  useEffect(() => {
    let stream: MediaStream | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let ended = false
    const look = async () => {
      const { videoWidth, videoHeight } = video.current!
      const text = videoWidth === 0 ? null : await codeIn(video.current!, videoWidth, videoHeight)
      if (ended) return
      if (text !== null) onText(text)
      else timer = setTimeout(look, LOOK_EVERY_MS)
    }
    const begin = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
        if (ended) return stop()
        video.current!.srcObject = stream
        await video.current!.play()
        void look()
      } catch (error) {
        const denied = error instanceof DOMException && error.name === 'NotAllowedError'
        if (!ended) onTrouble(denied ? words.denied : words.none)
      }
    }
    const stop = () => {
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
    void begin()
    return () => {
      ended = true
      clearTimeout(timer)
      stop()
    }
  }, [])

  return (
    <div class="camera">
      <p role="status">{words.hint}</p>
      <video ref={video} muted playsInline aria-label={words.picture} />
      <button type="button" class="secondary" onClick={onClose}>
        {words.stop}
      </button>
    </div>
  )
}
