/**
 * One option of a contest: its name in what is tapped to choose it, and what is said about it
 * below.
 */
import { useLayoutEffect, useRef } from 'preact/hooks'
import { isolate } from '../shared/isolate.ts'
import type { ShownContest } from './booth-state.ts'
import { rich } from './rich-loading.ts'

interface ChoiceProps {
  readonly option: ShownContest['options'][number]
  /** Of the group of inputs. */
  readonly name: string
  readonly single: boolean
  readonly checked: boolean
  readonly electionId: string
  readonly onPick: (event: Event) => void
  /** Why it was not added just now. */
  readonly refused: string | undefined
}

export function Choice({ option, name, single, checked, electionId, onPick, refused }: ChoiceProps) {
  return (
    <>
      <label class="option" data-option={option.id}>
        <input
          type={single ? 'radio' : 'checkbox'}
          // Else the browser writes what is ticked to the disk, to restore the tab some day.
          autocomplete="off"
          name={name}
          checked={checked}
          onChange={onPick}
        />
        {rich ? (
          <span class="who" lang={rich.ballotLanguage}>
            <bdi translate={false}>{option.name}</bdi>
            <rich.Designation option={option} />
          </span>
        ) : (
          <bdi translate={false}>{option.name}</bdi>
        )}
        {rich && <rich.Photo option={option} electionId={electionId} />}
      </label>
      {refused && <NotAdded key={refused} words={refused} name={option.name} />}
      {rich && <rich.About option={option} />}
    </>
  )
}

/**
 * Beside the option that was tapped, and brought into sight: on a low screen or in large text
 * nothing else would be seen.
 */
function NotAdded({ words, name }: { readonly words: string; readonly name: string }) {
  const note = useRef<HTMLParagraphElement>(null)
  useLayoutEffect(() => {
    note.current!.scrollIntoView({ block: 'nearest' })
    note.current!.previousElementSibling!.scrollIntoView({ block: 'nearest' })
  }, [])
  const [before, after] = words.split(isolate(name))
  return (
    // It is read aloud from the region that says so (contest-step.tsx).
    <p ref={note} class="note warn not-added" aria-hidden="true">
      {before}
      <bdi translate={false}>{name}</bdi>
      {after}
    </p>
  )
}
