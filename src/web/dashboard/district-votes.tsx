/** The votes of one district, option by option. A row of the table opens to this. */
import type { OptionSnapshot } from '../../core/status/snapshot.ts'
import type { DistrictRow } from './district-rows.ts'
import { OptionBar } from './option-bar.tsx'
import { rankOptions } from './ranking.ts'
import { f, t } from './viewer.ts'

interface DistrictVotesProps {
  readonly row: DistrictRow
  readonly options: readonly OptionSnapshot[]
  /** The number of ballots in the last minute, as text. */
  readonly change: string
}

export function DistrictVotes({ row, options, change }: DistrictVotesProps) {
  const { votes, margin, marginShare } = row
  if (votes === null) return <p class="hint">{t.nothingYet}</p>
  const ranked = rankOptions(options.map((option, i) => ({ ...option, votes: votes[i] ?? 0 })))
  const facts = [
    ...(margin === null || marginShare === null
      ? []
      : [`${t.margin}: ${f.count(margin)} (${t.points(f.points(marginShare))})`]),
    `${t.change}: ${change}`,
  ]
  return (
    <>
      <table class="district-votes" aria-label={t.votesIn(row.name)}>
        <tbody>
          {ranked.map(({ option, index, share }) => (
            <tr key={option.id}>
              <th scope="row">
                <bdi>{option.name}</bdi>
                <OptionBar option={option} index={index} most={ranked[0]!.option.votes} />
              </th>
              <td class="number">{f.count(option.votes)}</td>
              <td class="number share">{f.share(share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">{facts.join(' · ')}</p>
    </>
  )
}
