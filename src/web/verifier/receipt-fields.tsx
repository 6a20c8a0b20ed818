/** The receipt: typed, pasted, from a file or a picture, or from the camera. */
import type { ComponentChildren } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import { Camera, hasCamera } from '../shared/camera.tsx'
import { logKeyIn, receiptIn } from './arrival.ts'
import type { Checker } from './checker.ts'
import type { Form } from './form.ts'
import { readsCodes } from './pictures.ts'
import { t } from './words.ts'

interface ReceiptFieldsProps {
  readonly form: Form
  readonly change: (changes: Partial<Form>) => void
  readonly checker: Checker
  readonly fault: ComponentChildren
}

export function ReceiptFields({ form, change, checker, fault }: ReceiptFieldsProps) {
  const codes = useMemo(() => readsCodes(checker), [checker])
  const [scanning, setScanning] = useState(false)
  const [trouble, setTrouble] = useState<string>()
  const [came, setCame] = useState<'read' | 'nothing'>()
  const field = useRef<HTMLTextAreaElement>(null)
  const take = (text: string | null) => {
    setScanning(false)
    setTrouble(undefined)
    setCame(text === null ? 'nothing' : 'read')
    if (text === null) return
    const key = logKeyIn(text)
    change(key === undefined ? { receipt: receiptIn(text) } : { key })
    field.current?.focus()
  }
  const scan = () => {
    setTrouble(undefined)
    setScanning(true)
  }
  const endInTrouble = (words: string) => {
    setScanning(false)
    setTrouble(words)
    // The pressed button has disappeared, and the message asks the reader to type.
    field.current?.focus()
  }
  return (
    <fieldset>
      <legend>
        <h2>{t.receiptTitle}</h2>
      </legend>
      <div class="field">
        <label for="receipt">{t.receipt}</label>
        <p class="hint" id="receipt-hint">
          {t.receiptHint}
        </p>
        {fault}
        <textarea
          {...{ id: 'receipt', class: 'code', dir: 'ltr', rows: 3, autocomplete: 'off', spellcheck: false }}
          ref={field}
          aria-describedby={fault === null ? 'receipt-hint' : 'fault receipt-hint'}
          aria-invalid={fault !== null}
          value={form.receipt}
          onInput={(event) => change({ receipt: event.currentTarget.value })}
        />
      </div>
      <p role="status">{came && (came === 'read' ? t.scanned : t.noCode)}</p>
      <Ways codes={codes} onText={take} onScan={hasCamera() && !scanning ? scan : undefined} />
      {scanning && (
        <Camera
          codeIn={codes.codeIn}
          words={cameraWords()}
          onText={take}
          onTrouble={endInTrouble}
          onClose={() => setScanning(false)}
        />
      )}
      {trouble && (
        <p class="fault" role="alert">
          {trouble}
        </p>
      )}
      <p class="note warn">{t.receiptSecret}</p>
    </fieldset>
  )
}

const cameraWords = () => ({
  hint: t.cameraHint,
  picture: t.cameraPicture,
  stop: t.cameraStop,
  denied: t.cameraDenied,
  none: t.cameraNone,
})

interface WaysProps {
  readonly codes: ReturnType<typeof readsCodes>
  readonly onText: (text: string | null) => void
  /** Undefined if there is no camera, or if it is already on. */
  readonly onScan: (() => void) | undefined
}

/** Ways to enter a receipt without typing. */
function Ways({ codes, onText, onScan }: WaysProps) {
  return (
    <div class="actions">
      <label class="file">
        <input
          type="file"
          accept=".json,.txt,application/json,text/plain,image/*"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? []
            if (file !== undefined) void codes.textOf(file).then(onText)
            event.currentTarget.value = ''
          }}
        />
        <span>{t.openReceipt}</span>
      </label>
      {onScan && (
        <button type="button" class="secondary" onClick={onScan}>
          {t.camera}
        </button>
      )}
    </div>
  )
}
