/** One option of a contest: a control with its name, and information about it below. */
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
  /** Why the choice was not added. */
  readonly refused: string | undefined
}

export function Choice({ option, name, single, checked, electionId, onPick, refused }: ChoiceProps) {
  return (
    <>
      <label class="option" data-option={option.id}>
        <input
          type={single ? 'radio' : 'checkbox'}
          // Otherwise the browser writes the choices to the disk, to restore the tab later.
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
 * A message beside the option that was tapped, scrolled into view: on a low screen or with large
 * text a message elsewhere would be out of sight.
 */
function NotAdded({ words, name }: { readonly words: string; readonly name: string }) {
  const note = useRef<HTMLParagraphElement>(null)
  useLayoutEffect(() => {
    note.current!.scrollIntoView({ block: 'nearest' })
    note.current!.previousElementSibling!.scrollIntoView({ block: 'nearest' })
  }, [])
  const [before, after] = words.split(isolate(name))
  return (
    // The region in contest-step.tsx reads it aloud.
    <p ref={note} class="note warn not-added" aria-hidden="true">
      {before}
      <bdi translate={false}>{name}</bdi>
      {after}
    </p>
  )
}
