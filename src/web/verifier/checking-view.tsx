/** The view during a check: its progress, and a button that stops it. */
import { Heading } from './heading.tsx'
import type { Progress } from './job.ts'
import { f, t } from './words.ts'

interface CheckingViewProps {
  readonly progress: Progress | null
  readonly onStop: () => void
}

export function CheckingView({ progress, onStop }: CheckingViewProps) {
  const known = progress !== null && progress.of > 0
  const done = known ? t.progress(f.count(progress.leaves), f.figure(progress.of)) : t.starting
  // Screen readers announce only each quarter.
  const quarter = known ? Math.floor((4 * progress.leaves) / progress.of) / 4 : 0
  return (
    <>
      <Heading>{t.checkingTitle}</Heading>
      <p>{t.checkingHint}</p>
      <div class="progress">
        <progress
          aria-label={t.checkingTitle}
          max={known ? progress.of : 1}
          {...(known ? { value: progress.leaves } : {})}
        />
        <p class="number">
          {done}
          {progress !== null && ` · ${t.read(f.size(progress.bytes))}`}
        </p>
        <p class="unseen" role="status">
          {quarter > 0 && f.axisShare(quarter)}
        </p>
      </div>
      <button type="button" class="secondary" onClick={onStop}>
        {t.stop}
      </button>
    </>
  )
}
