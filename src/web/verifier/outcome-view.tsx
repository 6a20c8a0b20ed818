/**
 * The outcome: the verdict on the log and on the receipt, what was checked and how much of it, what
 * is wrong, and what could not be checked.
 */
import { FINDINGS, type Finding } from '../../core/verify/finding.ts'
import { saveFile } from '../shared/save-file.ts'
import { AuditDetails } from './audit-details.tsx'
import { BallotFound } from './ballot-found.tsx'
import { Heading } from './heading.tsx'
import type { Outcome } from './job.ts'
import { recallMemory } from './memory.ts'
import { notCheckedIn } from './not-checked.ts'
import { OfLink } from './of-link.tsx'
import { reportPage } from './report-page.ts'
import { evidenceText, isEvidence, reportText } from './saved-report.ts'
import { Changes, Totals } from './totals.tsx'
import { againstLog, isOnTrust, isSound, receiptVerdict, type Verdict, verdictOf } from './verdict.ts'
import { f, t } from './words.ts'

interface OutcomeViewProps {
  readonly outcome: Outcome
  readonly receipt: string
  /** Whether the key came with the link that opened this page. */
  readonly keyOfLink: boolean
  /** Whether this browser remembers this check. */
  readonly kept: boolean
  readonly nowMs: number
  readonly onAgain: () => void
  readonly onOther: () => void
}

const says: Readonly<Record<Verdict, () => readonly [title: string, words: string, kind: string]>> = {
  result: () => [t.verdictClosed, t.saysResult, 'good'],
  'no-result': () => [t.verdictClosed, t.saysNoResult, 'good'],
  open: () => [t.verdictSoFar, t.saysOpen, 'so-far'],
  'held-back': () => [t.verdictSoFar, t.saysHeldBack, 'so-far'],
  wrong: () => [t.verdictWrong, t.saysWrong, 'wrong'],
}

export function OutcomeView(props: OutcomeViewProps) {
  const { outcome, kept } = props
  const { report } = outcome
  // A reader who asked about a ballot sees its state first.
  const isAsked = receiptVerdict(report) !== undefined
  return (
    <>
      {isAsked && <BallotFound outcome={outcome} />}
      <VerdictBox outcome={outcome} isFirst={!isAsked} keyOfLink={props.keyOfLink} nowMs={props.nowMs} />
      <Wrong report={report} />
      <NotShown report={report} />
      <Totals outcome={outcome} />
      <Changes report={report} />
      <Checks report={report} />
      <NotChecked report={report} />
      <Actions {...props} />
      <AuditDetails outcome={outcome} kept={kept} />
    </>
  )
}

type Report = Outcome['report']

interface VerdictBoxProps {
  readonly outcome: Outcome
  readonly isFirst: boolean
  readonly keyOfLink: boolean
  readonly nowMs: number
}

function VerdictBox({ outcome, isFirst, keyOfLink, nowMs }: VerdictBoxProps) {
  const { report, seconds, place } = outcome
  const [verdictTitle, words, kind] = says[verdictOf(report)]()
  const onTrust = kind !== 'wrong' && isOnTrust(outcome)
  const title = onTrust ? t.verdictTrust : verdictTitle
  // What it vouches for, or accuses: another key than the link's may as well be the link's fault.
  const vouches = kind === 'wrong' ? report.findings.some(({ code }) => code === 'key-differs') : !onTrust
  return (
    <section class={`verdict ${onTrust ? 'trust' : kind}`}>
      <Mark good={kind !== 'wrong' && !onTrust} />
      {isFirst ? <Heading>{title}</Heading> : <h2>{title}</h2>}
      {report.election && (
        <p class="election">
          <bdi>{report.election.title}</bdi>
        </p>
      )}
      <p>{words}</p>
      {kind === 'good' && <p>{certifiedWords(report)}</p>}
      {onTrust && <OnTrust outcome={outcome} />}
      {keyOfLink && vouches && <OfLink vkey={report.key} />}
      <p class="number hint">
        {[
          ...(report.stage !== null && report.stage !== 'held-back'
            ? [t.counted(f.figure(report.ballots))]
            : []),
          t.entries(f.figure(report.checkpoint?.size ?? 0)),
          t.took(f.seconds(seconds)),
        ].join(' · ')}
      </p>
      <p class="only-print">
        <bdi dir="ltr">{place ?? t.here}</bdi> · {f.dateTime(nowMs)}
      </p>
    </section>
  )
}

/** Warns that only the log itself vouches for its key, shows the key, and says what to do. */
function OnTrust({ outcome: { report, keyFrom } }: { readonly outcome: Outcome }) {
  return (
    <>
      <p>{keyFrom === 'memory' ? t.trustMemory : t.trustGenesis}</p>
      <p class="code" dir="ltr" translate={false}>
        {report.key}
      </p>
      <p>{t.trustHow}</p>
    </>
  )
}

/** What no check of a log can show, for every verdict. */
function NotShown({ report }: { readonly report: Report }) {
  const lines = [...(isSound(report) ? [] : [t.notShownWrong]), ...t.notShown]
  return (
    <section aria-labelledby="not-shown">
      <h2 id="not-shown">{t.notShownTitle}</h2>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  )
}

/** The findings against the log. */
function Wrong({ report }: { readonly report: Report }) {
  const wrong = againstLog(report)
  if (wrong.length === 0) return null
  const more = report.findingCount - report.findings.length
  return (
    <section aria-labelledby="found">
      <h2 id="found">{t.foundTitle}</h2>
      <ul class="findings">
        {wrong.map((each, i) => (
          <FindingLine key={i} finding={each} />
        ))}
        {more > 0 && <li>{t.andMore(f.figure(more))}</li>}
      </ul>
    </section>
  )
}

function NotChecked({ report: { notChecked } }: { readonly report: Report }) {
  if (notChecked.length === 0) return null
  return (
    <section aria-labelledby="not-checked">
      <h2 id="not-checked">{t.notCheckedTitle}</h2>
      <ul>
        {notChecked.map((sentence) => {
          const known = notCheckedIn(sentence)
          return (
            <li key={sentence}>
              {known ? t.notChecked[known.name].replace('#', f.count(known.number)) : sentence}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Actions({ outcome, receipt, nowMs, onAgain, onOther }: OutcomeViewProps) {
  const save = (text: string, name: string) => saveFile(new Blob([text], { type: 'application/json' }), name)
  return (
    <div class="actions">
      {isEvidence(outcome.report) && (
        <button
          type="button"
          class="primary"
          onClick={() => save(evidenceText(outcome, receipt, recallMemory(), nowMs), 'evidence.json')}
        >
          {t.saveEvidence}
        </button>
      )}
      <button
        type="button"
        class="secondary"
        onClick={() => save(reportText(outcome, nowMs), 'verification.json')}
      >
        {t.saveReport}
      </button>
      <button type="button" class="secondary" onClick={() => saveFile(reportPage(), 'verification.html')}>
        {t.savePage}
      </button>
      <button type="button" class="secondary" onClick={() => print()}>
        {t.print}
      </button>
      <button type="button" class="secondary" onClick={onAgain}>
        {t.again}
      </button>
      <button type="button" class="secondary" onClick={onOther}>
        {t.other}
      </button>
    </div>
  )
}

/** The words about the certification of a sound and closed log. */
function certifiedWords({ certification }: Report): string {
  if (!certification?.holds) return t.notCertified
  const lots = (certification.lots ?? []).map(({ contest, elected }) => t.byLot(contest, f.list(elected)))
  return [t.certified(f.dateTime(Date.parse(certification.at)), certification.software), ...lots].join(' ')
}

function Checks({ report }: { readonly report: Report }) {
  const checks = report.checks.filter(({ count, passed }) => count > 0 || !passed)
  return (
    <section>
      <table>
        <caption>
          <h2>{t.whatChecked}</h2>
        </caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">{t.outcome}</span>
            </th>
            <th scope="col">
              <span class="unseen">{t.whatChecked}</span>
            </th>
            <th scope="col" class="number">
              {t.howMany}
            </th>
          </tr>
        </thead>
        <tbody>
          {checks.map(({ check, count, passed }) => (
            <tr key={check} class={passed ? 'good' : 'wrong'} data-check={check}>
              <td>
                <Mark good={passed} />
                <span class="unseen">{passed ? t.good : t.bad}</span>
              </td>
              <th scope="row">{t.checks[check]}</th>
              <td class="number">{f.count(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function FindingLine({ finding: { code, message, path, leaf } }: { readonly finding: Finding }) {
  const detail = message.slice(FINDINGS[code].length).replace(/^: /, '')
  const where = [path, leaf === undefined ? undefined : t.atEntry(f.count(leaf))].filter((each) => each)
  return (
    <li data-finding={code}>
      {t.findings[code]}
      {(where.length > 0 || detail !== '') && (
        <span class="detail">
          <bdi>{[...where, detail].filter((each) => each !== '').join(' · ')}</bdi>
        </span>
      )}
    </li>
  )
}

function Mark({ good }: { readonly good: boolean }) {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      {good ? (
        <>
          <circle cx="12" cy="12" r="12" />
          <path d="M6.5 12.5l3.7 3.7 7.3-8" />
        </>
      ) : (
        <>
          <path class="ground" d="M12 1l11.5 21H.5z" />
          <path d="M12 9v5m0 4v.01" />
        </>
      )}
    </svg>
  )
}
