/** One option of a contest: its name in what is tapped to choose it, and what is said about it below. */
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
}

export function Choice({ option, name, single, checked, electionId, onPick }: ChoiceProps) {
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
            <bdi>{option.name}</bdi>
            <rich.Designation option={option} />
          </span>
        ) : (
          <bdi>{option.name}</bdi>
        )}
        {rich && <rich.Photo option={option} electionId={electionId} />}
      </label>
      {rich && <rich.About option={option} />}
    </>
  )
}
