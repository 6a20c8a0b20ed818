/** Where a voter types the key from their letter. What is mistyped is found here, before anything is sent. */
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
  const codeHelp = codeFault === undefined ? '' : words.codeFaults[codeFault]
  return (
    <Step title={words.keyTitle} election={election}>
      {damagedLink && <p class="note warn">{words.damagedLink}</p>}
      {unfinished && <p class="note">{t.unfinished}</p>}
      {marksKept && <p class="note">{words.marksKept}</p>}
      <p>{words.keyIntro}</p>
      <Scan onKey={onKey} />
      <form novalidate onSubmit={submit}>
        <div class={idFault ? 'field wrong' : 'field'}>
          <label for="voter-id">{words.voterId}</label>
          <p id="voter-id-hint" class="hint">
            {words.voterIdHint}
          </p>
          {idFault && (
            <p id="voter-id-fault" class="fault">
              {words.voterIdEmpty}
            </p>
          )}
          <input
            {...TYPED}
            ref={id}
            id="voter-id"
            translate={false}
            dir="auto"
            aria-invalid={idFault}
            aria-describedby={idFault ? 'voter-id-fault voter-id-hint' : 'voter-id-hint'}
          />
        </div>
        <div class={codeFault ? 'field wrong' : 'field'}>
          <label for="key-code">{words.keyCode}</label>
          <p id="key-code-hint" class="hint">
            {words.keyCodeHint}
          </p>
          {codeFault && (
            <p id="key-code-fault" class="fault">
              <Changing text={`${codeHelp} ${words.notSent}`} />
            </p>
          )}
          <input
            {...TYPED}
            ref={code}
            id="key-code"
            translate={false}
            class="code"
            dir="ltr"
            aria-invalid={codeFault !== undefined}
            aria-describedby={codeFault ? 'key-code-fault key-code-hint' : 'key-code-hint'}
            onInput={group}
          />
        </div>
        <button type="submit" class="primary">
          {words.continue}
        </button>
      </form>
    </Step>
  )
}

/** Groups of four while it is typed or pasted; the caret stays at the character it was at. */
function group(event: InputEvent): void {
  const input = event.currentTarget as HTMLInputElement
  if (event.isComposing) return
  const before = bareKeyCode(input.value.slice(0, input.selectionStart ?? undefined)).length
  input.value = grouped(bareKeyCode(input.value))
  const caret = before + Math.floor(Math.max(0, before - 1) / 4)
  input.setSelectionRange(caret, caret)
}
