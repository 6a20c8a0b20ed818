/** The form: which log to check, and with which receipt. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Checker } from './checker.ts'
import { pickedIn } from './dropped.ts'
import { type Field, type Form, fieldOf } from './form.ts'
import { Heading } from './heading.tsx'
import type { Failure } from './job.ts'
import { BYTES_PER_ENTRY, type OwnLog } from './own-log.ts'
import { ReceiptFields } from './receipt-fields.tsx'
import type { SignatureTrouble } from './signatures.ts'
import { f, t } from './words.ts'

interface FormViewProps {
  readonly form: Form
  readonly change: (changes: Partial<Form>) => void
  /** Undefined until the server has answered; null if it has no log. */
  readonly own: OwnLog | null | undefined
  readonly trouble: SignatureTrouble
  readonly failure: Failure | undefined
  readonly stopped: boolean
  readonly checker: Checker
  readonly onStart: () => void
  readonly onLookUp: () => void
}

export function FormView(props: FormViewProps) {
  const { form, change, own, trouble, failure, stopped, checker, onStart, onLookUp } = props
  const page = useRef<HTMLFormElement>(null)
  const wrong = failure && fieldOf(failure, form)
  // After the heading took the focus, and before the message is painted.
  useLayoutEffect(() => {
    if (wrong !== undefined) page.current?.querySelector<HTMLElement>(`#${wrong}`)?.focus()
  }, [failure])
  const faultOf = (field: Field | undefined) =>
    failure !== undefined && wrong === field ? <Fault failure={failure} /> : null

  return (
    <>
      <Intro own={own} trouble={trouble} />
      <form
        ref={page}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          onStart()
        }}
      >
        <LogFields {...{ form, change, own, wrong, faultOf }} />
        <ReceiptFields {...{ form, change, checker }} fault={faultOf('receipt')} />
        <KeyField {...{ form, change, wrong, faultOf }} />
        {faultOf(undefined)}
        <p role="status">{stopped && t.stopped}</p>
        <button type="submit" class="primary" disabled={trouble !== null}>
          {t.start}
        </button>
        {form.receipt.trim() !== '' && form.where !== 'folder' && (
          <div class="look-up">
            <button type="button" class="secondary" disabled={trouble !== null} onClick={onLookUp}>
              {t.lookUp}
            </button>
            <p class="hint">{t.lookUpHint}</p>
          </div>
        )}
      </form>
    </>
  )
}

/** What this page does, and whether this browser and connection allow it. */
function Intro({ own, trouble }: Pick<FormViewProps, 'own' | 'trouble'>) {
  return (
    <>
      <Heading>{t.title}</Heading>
      {own?.title && (
        <p class="election">
          <bdi>{own.title}</bdi>
        </p>
      )}
      <p class="lead">{t.intro}</p>
      <details class="whose">
        <summary>{t.whoseTitle}</summary>
        <p>{t.whose}</p>
      </details>
      {trouble !== null && (
        <p class="note alarm" role="alert">
          {trouble === 'not-secure' ? t.notSecure : t.tooOld}
        </p>
      )}
    </>
  )
}

/** The fields, with each fault beside its field. */
interface FieldProps extends Pick<FormViewProps, 'form' | 'change'> {
  readonly wrong: Field | undefined
  readonly faultOf: (field: Field) => ComponentChildren
}

/** Which log: this server's, one at an address, one in a folder. */
function LogFields({ form, change, own, wrong, faultOf }: FieldProps & Pick<FormViewProps, 'own'>) {
  return (
    <fieldset>
      <legend>
        <h2>{t.whichLog}</h2>
      </legend>
      <Choice {...{ form, change }} where="own" label={t.ownLog}>
        {own !== undefined && (
          <p class="hint">
            {own === null ? t.noSize : t.size(f.figure(own.entries), f.size(own.entries * BYTES_PER_ENTRY))}
          </p>
        )}
      </Choice>
      <Choice {...{ form, change }} where="address" label={t.otherLog}>
        <div class="field">
          <label for="address">{t.address}</label>
          <p class="hint" id="address-hint">
            {t.addressHint}
          </p>
          {faultOf('address')}
          <input
            {...{ id: 'address', type: 'url', dir: 'ltr', autocomplete: 'off', spellcheck: false }}
            aria-describedby={wrong === 'address' ? 'fault address-hint' : 'address-hint'}
            aria-invalid={wrong === 'address'}
            value={form.address}
            onInput={(event) => change({ address: event.currentTarget.value })}
          />
        </div>
      </Choice>
      <Choice {...{ form, change }} where="folder" label={t.folderLog}>
        <div class="field">
          <label for="folder">{t.folder}</label>
          <p class="hint" id="folder-hint">
            {t.folderHint}
          </p>
          {faultOf('folder')}
          <label class="file">
            <input
              {...{ id: 'folder', type: 'file', webkitdirectory: true }}
              aria-describedby={wrong === 'folder' ? 'fault folder-hint' : 'folder-hint'}
              onChange={(event) => change({ files: pickedIn(event.currentTarget.files) })}
            />
            <span>{t.pickFolder}</span>
          </label>
          <p role="status">{form.files.length > 0 && t.picked(f.figure(form.files.length))}</p>
        </div>
      </Choice>
    </fieldset>
  )
}

/** The log's key, folded, because most readers have no key to type. */
function KeyField({ form, change, wrong, faultOf }: FieldProps) {
  return (
    <details class="more" open={wrong === 'key' || form.key !== ''}>
      <summary>{t.more}</summary>
      <div class="field">
        <label for="key">{t.key}</label>
        <p class="hint" id="key-hint">
          {t.keyHint}
        </p>
        {faultOf('key')}
        <input
          {...{ id: 'key', class: 'code', dir: 'ltr', autocomplete: 'off', spellcheck: false }}
          aria-describedby={wrong === 'key' ? 'fault key-hint' : 'key-hint'}
          aria-invalid={wrong === 'key'}
          value={form.key}
          onInput={(event) => change({ key: event.currentTarget.value })}
        />
      </div>
    </details>
  )
}

interface ChoiceProps {
  readonly form: Form
  readonly change: (changes: Partial<Form>) => void
  readonly where: Form['where']
  readonly label: string
  /** Shown while it is chosen. */
  readonly children: ComponentChildren
}

function Choice({ form, change, where, label, children }: ChoiceProps) {
  return (
    <div class="choice">
      <label>
        <input type="radio" name="where" checked={form.where === where} onChange={() => change({ where })} />
        {label}
      </label>
      {form.where === where && children}
    </div>
  )
}

function Fault({ failure }: { readonly failure: Failure }) {
  return (
    <div class="fault" id="fault" role="alert">
      <p>{t.failures[failure.why]}</p>
      {'detail' in failure && (
        <p class="detail">
          <bdi>
            {'where' in failure && `${failure.where}: `}
            {failure.detail}
          </bdi>
        </p>
      )}
    </div>
  )
}
