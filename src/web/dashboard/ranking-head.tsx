/** The head of a table of options. */
import type { ComponentChildren } from 'preact'
import { t } from './viewer.ts'

interface RankingHeadProps {
  /** The heading of the column of shares. */
  readonly children: ComponentChildren
}

export function RankingHead({ children }: RankingHeadProps) {
  return (
    <thead>
      <tr>
        <th scope="col" class="rank">
          <span class="unseen">{t.rank}</span>
        </th>
        <th scope="col">{t.option}</th>
        <th scope="col" class="number">
          {t.votes}
        </th>
        <th scope="col" class="number">
          {children}
        </th>
      </tr>
    </thead>
  )
}
