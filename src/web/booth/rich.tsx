/**
 * What only rich ballots have: texts in the reader's language, the wording of a measure, photos and
 * statements, the organiser and whom to ask, a least number of votes, none of these. Fetched for
 * such ballots alone (rich-loading.ts).
 */

import { inLanguage } from '../../core/election/in-language.ts'
import { nearestLanguage } from '../../core/election/text.ts'
import { at } from '../shared/base.ts'
import type { BoothState, ShownContest, ShownDefinition, ShownState } from './booth-state.ts'
import { type Marks, marksIn, toggle as toggled, votesIn } from './marks.ts'
import { RICH_STRINGS } from './rich-strings.ts'
import { f, LANGUAGES, type Language, t, wantedLanguages } from './words.ts'

type ShownOption = ShownContest['options'][number]

/**
 * The ballot's language tag, of its last drawing; undefined where the election names no language.
 */
export let ballotLanguage: string | undefined

const words = () => RICH_STRINGS[t.lang as Language]

/**
 * The state with each text in the language that the reader likes best of those the election has.
 */
export function inReadersLanguage(state: BoothState): ShownState {
  const order = state.definition?.languages ?? []
  const primary = (tag: string) => tag.split('-')[0]
  const wanted =
    wantedLanguages().find((tag) => order.some((each) => primary(each) === primary(tag))) ?? t.lang
  ballotLanguage = nearestLanguage(wanted, order)
  return inLanguage(state, wanted, order)
}

/** Languages of the ballot that the booth itself does not speak. */
export function otherLanguages({ languages = [] }: Pick<ShownDefinition, 'languages'>) {
  return languages
    .filter((tag) => !LANGUAGES.some(({ language }) => language === tag.split('-')[0]))
    .map((language) => ({
      language,
      name: new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language,
    }))
}

const address = (definition: Pick<ShownDefinition, 'id'>, sha256: string) =>
  at(`/e/${encodeURIComponent(definition.id)}/pictures/${sha256}`)

export function Letterhead({ definition }: { readonly definition: ShownDefinition }) {
  const { organiser, logo } = definition
  return (
    <div class="letterhead">
      {logo?.sha256 && <img src={address(definition, logo.sha256)} alt={organiser?.name ?? ''} />}
      {organiser && (
        <p class="hint">
          {words().heldBy}{' '}
          <bdi lang={ballotLanguage} translate={false}>
            {organiser.name}
          </bdi>
        </p>
      )}
    </div>
  )
}

/** Whom to ask, and what becomes of personal data: at the foot of every page. */
export function Help({ definition: { contact, privacy } }: { readonly definition: ShownDefinition }) {
  if (contact === undefined && privacy === undefined) return null
  const { phone, email, url } = contact ?? {}
  return (
    <footer class="help">
      {contact && (
        <p>
          <strong>{words().help}</strong>{' '}
          {phone && (
            <a href={`tel:${phone.replace(/[^+0-9]/g, '')}`} dir="ltr">
              {phone}
            </a>
          )}{' '}
          {email && <a href={`mailto:${email}`}>{email}</a>}{' '}
          {url && (
            <a href={url} target="_blank" rel="noopener noreferrer" dir="ltr">
              {url.replace('https://', '')}
            </a>
          )}
        </p>
      )}
      {privacy && (
        <p class="hint" lang={ballotLanguage}>
          <bdi>{privacy}</bdi>
        </p>
      )}
    </footer>
  )
}

export function Paragraphs({ texts }: { readonly texts: readonly string[] | undefined }) {
  return (
    <div class="paragraphs" lang={ballotLanguage}>
      {texts?.map((text, i) => (
        <p key={i} dir="auto">
          {text}
        </p>
      ))}
    </div>
  )
}

/** Beside the name, within what is tapped to choose. */
export function Photo({ option, electionId }: { readonly option: ShownOption; readonly electionId: string }) {
  const { photo, name } = option
  return photo?.sha256 ? (
    <img
      class="photo"
      src={address({ id: electionId }, photo.sha256)}
      alt={words().photoOf(name)}
      width="56"
      height="56"
    />
  ) : null
}

export function Designation({ option }: { readonly option: ShownOption }) {
  return option.designation === undefined ? null : (
    <span class="designation" dir="auto" translate={false} lang={ballotLanguage}>
      {option.designation}
    </span>
  )
}

/** Below the option, and no part of it: to read it chooses nothing. */
export function About({ option: { name, statement, link } }: { readonly option: ShownOption }) {
  if (statement === undefined && link === undefined) return null
  return (
    <details class="about">
      <summary>{words().about(name)}</summary>
      <Paragraphs texts={statement} />
      {link && (
        <p>
          <a href={link} target="_blank" rel="noopener noreferrer">
            {words().moreAt}
          </a>
        </p>
      )}
    </details>
  )
}

/** How many to choose, where a least number is asked for. */
export function rule(contest: ShownContest): string | undefined {
  const { min = 1 } = contest
  return min === 1 ? undefined : words().chooseBetween(f.figure(min), f.figure(votesIn(contest)))
}

/** Why the contest cannot be left as it is; undefined where it can. */
export function tooFew(contest: ShownContest, marks: Marks): string | undefined {
  const { min = 1, options } = contest
  const chosen = marksIn(marks, contest)
  const isNone = options.some(({ id, none_of_these }) => none_of_these && chosen.includes(id))
  if (chosen.length === 0 || isNone || chosen.length >= min) return undefined
  return words().tooFew(f.figure(min), f.figure(chosen.length))
}

/**
 * As of any ballot, but that none of these stands alone: it takes the others' place, and they take
 * its.
 */
export function toggle(marks: Marks, contest: ShownContest, option: string): Marks | undefined {
  const none = contest.options.find(({ none_of_these }) => none_of_these)?.id
  const chosen = marksIn(marks, contest)
  if (none === undefined || chosen.includes(option)) return toggled(marks, contest, option)
  if (option === none) return { ...marks, [contest.id]: [none] }
  return toggled({ ...marks, [contest.id]: chosen.filter((id) => id !== none) }, contest, option)
}
