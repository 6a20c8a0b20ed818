/**
 * Where a voter types the key from their letter. What is mistyped is found here, before anything is
 * sent.
 */
import type { RefObject } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { bareKeyCode, grouped, type KeyCodeFault, type VoterKeyPair } from '../../core/election/key-code.ts'
import { readTypedKey } from '../../core/election/typed-key.ts'
import { Changing } from './changing.tsx'
import { KEY_ENTRY_STRINGS } from './key-entry-strings.ts'
import { Scan } from './scan.tsx'
import { Step } from './step.tsx'
import { of, t } from './words.ts'

export interface KeyEntryProps {
  readonly election: string | undefined
  readonly damagedLink: boolean
  /** Whether a ballot was cast or begun in this browser. */
  readonly unfinished: boolean
  /** Whether this tab keeps marks of before a reload. */
  readonly marksKept: boolean
  readonly onKey: (key: VoterKeyPair) => void
}

const TYPED = {
  type: 'text',
  autocomplete: 'off',
  autocapitalize: 'off',
  autocorrect: 'off',
  spellcheck: false,
  inputmode: 'text',
} as const

export function KeyEntry({ election, damagedLink, unfinished, marksKept, onKey }: KeyEntryProps) {
  const words = of(KEY_ENTRY_STRINGS)
  const id = useRef<HTMLInputElement>(null)
  const code = useRef<HTMLInputElement>(null)
  const [idFault, setIdFault] = useState(false)
  const [codeFault, setCodeFault] = useState<KeyCodeFault | undefined>()

  const submit = (event: Event) => {
    event.preventDefault()
    const key = readTypedKey(id.current!.value, code.current!.value)
    const noId = typeof key === 'string' && id.current!.value.trim() === ''
    setIdFault(noId)
    setCodeFault(typeof key === 'string' ? key : undefined)
    if (noId) id.current!.focus()
    else if (typeof key === 'string') code.current!.focus()
    else onKey(key)
  }
  return (
    <Step title={words.keyTitle} election={election}>
      {damagedLink && <p class="note warn">{words.damagedLink}</p>}
      {unfinished && <p class="note">{t.unfinished}</p>}
      {marksKept && <p class="note">{words.marksKept}</p>}
      <p>{words.keyIntro}</p>
      <Scan onKey={onKey} />
      <form novalidate onSubmit={submit}>
        <Field
          id="voter-id"
          input={id}
          label={words.voterId}
          hint={words.voterIdHint}
          fault={idFault && words.voterIdEmpty}
          dir="auto"
        />
        <Field
          id="key-code"
          input={code}
          label={words.keyCode}
          hint={words.keyCodeHint}
          fault={codeFault && `${words.codeFaults[codeFault]} ${words.notSent}`}
          class="code"
          dir="ltr"
          onInput={group}
        />
        <button type="submit" class="primary">
          {words.continue}
        </button>
      </form>
    </Step>
  )
}

interface FieldProps {
  readonly id: string
  readonly input: RefObject<HTMLInputElement | null>
  readonly label: string
  readonly hint: string
  readonly fault: string | false | undefined
  readonly class?: string
  readonly dir: 'auto' | 'ltr'
  readonly onInput?: (event: InputEvent) => void
}

function Field({ id, input, label, hint, fault, ...rest }: FieldProps) {
  return (
    <div class={fault ? 'field wrong' : 'field'}>
      <label for={id}>{label}</label>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
      {fault && (
        <p id={`${id}-fault`} class="fault">
          <Changing text={fault} />
        </p>
      )}
      <input
        {...TYPED}
        {...rest}
        ref={input}
        id={id}
        translate={false}
        aria-invalid={Boolean(fault)}
        aria-describedby={fault ? `${id}-fault ${id}-hint` : `${id}-hint`}
      />
    </div>
  )
}

/** Groups of four while it is typed or pasted; the caret stays at the character it was at. */
function group(event: InputEvent): void {
  const input = event.currentTarget as HTMLInputElement
  // A whole link is left as it was pasted.
  if (event.isComposing || /[#/]/.test(input.value)) return
  const before = bareKeyCode(input.value.slice(0, input.selectionStart ?? undefined)).length
  input.value = grouped(bareKeyCode(input.value))
  const caret = before + Math.floor(Math.max(0, before - 1) / 4)
  input.setSelectionRange(caret, caret)
}
