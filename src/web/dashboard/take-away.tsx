/** A contest for use elsewhere: as a picture, or live in another site. */
import { useState } from 'preact/hooks'
import type { ContestSnapshot, ResultsSnapshot } from '../../core/status/snapshot.ts'
import { at } from '../shared/base.ts'
import { embedCode } from './embed-code.ts'
import { SavePicture } from './save-picture.tsx'
import { t } from './viewer.ts'

interface TakeAwayProps {
  readonly snapshot: ResultsSnapshot
  readonly contest: ContestSnapshot
}

export function TakeAway({ snapshot, contest }: TakeAwayProps) {
  const [open, setOpen] = useState(false)
  const [copied, setCopied] = useState(false)
  const { id, title } = snapshot.election
  const code = embedCode(
    location.origin + at('/').slice(0, -1),
    id,
    contest.id,
    `${title}: ${contest.title}`,
    contest.options.length,
  )
  const copy = () =>
    navigator.clipboard?.writeText(code).then(
      () => setCopied(true),
      () => {},
    )
  return (
    <details class="take-away" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={t.takeAwayOf(contest.title)}>{t.takeAway}</summary>
      {open && (
        <>
          <SavePicture name={`${id}-${contest.id}`} snapshot={snapshot} of={contest} />
          <label>
            <span>{t.embedHint}</span>
            <textarea
              readOnly
              rows={3}
              dir="ltr"
              spellcheck={false}
              value={code}
              onFocus={(event) => event.currentTarget.select()}
            />
          </label>
          {/* Browsers offer the clipboard to secure pages only. */}
          {isSecureContext && (
            <p>
              <button type="button" class="small" onClick={copy}>
                {t.copy}
              </button>{' '}
              <span role="status">{copied && t.copied}</span>
            </p>
          )}
        </>
      )}
    </details>
  )
}
