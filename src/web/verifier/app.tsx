/**
 * The page. It shows one view at a time: what to check, the progress, or the outcome. Each view has
 * a heading, which takes the focus.
 */

import { useEffect, useRef, useState } from 'preact/hooks'
import { at, below } from '../shared/base.ts'
import { ownLog } from './addresses.ts'
import { logKeyIn, receiptIn, takeLogKey, takeTracker } from './arrival.ts'
import type { Checker, Checking } from './checker.ts'
import { CheckingView } from './checking-view.tsx'
import { type Dropped, droppedIn } from './dropped.ts'
import { BLANK_FORM, type Form, isKeyOfLink, sourceOf } from './form.ts'
import { FormView } from './form-view.tsx'
import type { Failure, Job, LookedUp, Outcome, Progress, Source } from './job.ts'
import { LookedUpView } from './looked-up-view.tsx'
import { recallMemory, remember } from './memory.ts'
import { OutcomeView } from './outcome-view.tsx'
import { type OwnLog, ownLogAt } from './own-log.ts'
import { readsCodes } from './pictures.ts'
import { type SignatureTrouble, signatureTrouble } from './signatures.ts'
import { Toolbar } from './toolbar.tsx'
import { isSound } from './verdict.ts'
import { t } from './words.ts'

type View =
  | { readonly at: 'form'; readonly failure?: Failure | undefined; readonly stopped?: boolean }
  | { readonly at: 'looked-up'; readonly found: LookedUp }
  | { readonly at: 'checking'; readonly progress: Progress | null }
  | { readonly at: 'outcome'; readonly outcome: Outcome; readonly kept: boolean; readonly nowMs: number }

interface AppProps {
  readonly checker: Checker
  readonly tracker: string
  /** The log's key from the link that opened this page. */
  readonly logKey: string
}

export function App({ checker, tracker, logKey }: AppProps) {
  const [form, setForm] = useState<Form>({ ...BLANK_FORM, key: logKey, linkKey: logKey, receipt: tracker })
  const [view, setView] = useState<View>({ at: 'form' })
  const [own, setOwn] = useState<OwnLog | null | undefined>()
  const [trouble, setTrouble] = useState<SignatureTrouble>(null)
  const [, redraw] = useState(0)
  const checking = useRef<Checking | null>(null)
  const change = (changes: Partial<Form>) => setForm((before) => ({ ...before, ...changes }))

  useEffect(() => {
    void ownLogAt(ownLog(new URL(location.href))).then(setOwn)
    void signatureTrouble().then(setTrouble)
  }, [])
  useArrivals(change, (dropped) => {
    if (checking.current !== null) return
    setView({ at: 'form' })
    void fieldsIn(dropped, checker).then(change)
  })

  const { begin, lookUp } = errands(checker, form, checking, setView)

  return (
    <>
      <Toolbar onLanguage={() => redraw((n) => n + 1)} />
      <main>
        {view.at === 'form' && (
          <FormView
            {...{ form, change, own, trouble, checker }}
            failure={view.failure}
            stopped={view.stopped ?? false}
            onStart={begin}
            onLookUp={lookUp}
          />
        )}
        {view.at === 'looked-up' && (
          <LookedUpView
            found={view.found}
            keyOfLink={isKeyOfLink(form)}
            onWhole={begin}
            onOther={() => setView({ at: 'form' })}
          />
        )}
        {view.at === 'checking' && (
          <CheckingView progress={view.progress} onStop={() => checking.current?.stop()} />
        )}
        {view.at === 'outcome' && (
          <OutcomeView
            {...{ outcome: view.outcome, kept: view.kept, nowMs: view.nowMs }}
            receipt={receiptIn(form.receipt)}
            keyOfLink={isKeyOfLink(form)}
            onAgain={begin}
            onOther={() => setView({ at: 'form' })}
          />
        )}
      </main>
      <footer>
        <a href={resultsAddress()}>{t.results}</a>
      </footer>
    </>
  )
}

interface Errands {
  readonly begin: () => Promise<void>
  readonly lookUp: () => Promise<void>
}

/**
 * The two tasks: checking the whole log and looking up one ballot. Each ends in a view of its
 * outcome.
 */
function errands(
  checker: Checker,
  form: Form,
  checking: { current: Checking | null },
  setView: (view: View | ((now: View) => View)) => void,
): Errands {
  const jobOf = (source: Source): Job => ({
    ...{ source, nowMs: Date.now(), key: form.key.trim() },
    ...{ receipt: receiptIn(form.receipt), memory: recallMemory() },
  })
  const lookUp = async () => {
    const source = sourceOf(form, new URL(location.href))
    if ('why' in source) return setView({ at: 'form', failure: source })
    const found = await checker.lookUp(jobOf(source))
    setView('why' in found ? { at: 'form', failure: found } : { at: 'looked-up', found })
  }
  const begin = async () => {
    const source = sourceOf(form, new URL(location.href))
    if ('why' in source) return setView({ at: 'form', failure: source })
    const job = jobOf(source)
    setView({ at: 'checking', progress: null })
    checking.current = checker.check(job, (progress) =>
      setView((now) => (now.at === 'checking' ? { at: 'checking', progress } : now)),
    )
    const end = await checking.current.ended
    checking.current = null
    if (end.how === 'stopped') setView({ at: 'form', stopped: true })
    else if (end.how === 'failed') setView({ at: 'form', failure: end.failure })
    else setView({ at: 'outcome', outcome: end.outcome, kept: remembered(end.outcome), nowMs: job.nowMs })
  }
  return { begin, lookUp }
}

/** Address of the results page of this page's election, or of the default election. */
function resultsAddress(): string {
  return below(location.pathname).replace(/\/?verify\/?$/, '') === '' ? at('/') : 'results'
}

/**
 * Handles what arrives at an open page: a tracker in a link, or a file or folder that is dropped on
 * it.
 */
function useArrivals(onFields: (fields: Partial<Form>) => void, onDropped: (dropped: Dropped) => void): void {
  useEffect(() => {
    // A link opened in this tab changes only the fragment and does not load the page.
    const arrive = () => {
      const key = takeLogKey()
      if (key !== undefined) return onFields({ key, linkKey: key })
      const receipt = takeTracker()
      if (receipt !== undefined) onFields({ receipt })
    }
    const over = (event: DragEvent) => event.preventDefault()
    const drop = (event: DragEvent) => {
      event.preventDefault()
      void droppedIn(event.dataTransfer).then((dropped) => dropped !== undefined && onDropped(dropped))
    }
    addEventListener('hashchange', arrive)
    addEventListener('dragover', over)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('hashchange', arrive)
      removeEventListener('dragover', over)
      removeEventListener('drop', drop)
    }
  }, [])
}

/**
 * The log in a folder, or the receipt in a file. No receipt if the file has no text and no code.
 */
async function fieldsIn(dropped: Dropped, checker: Checker): Promise<Partial<Form>> {
  if (dropped.kind === 'folder') return { where: 'folder', files: dropped.files }
  const text = await readsCodes(checker).textOf(dropped.file)
  if (text === null) return {}
  const key = logKeyIn(text)
  return key === undefined ? { receipt: receiptIn(text) } : { key }
}

/**
 * Remembers the checkpoint of a sound log for the next check. @returns whether the browser stored
 * it
 */
function remembered({ report, shown }: Outcome): boolean {
  return isSound(report) && shown !== null && remember(shown)
}
