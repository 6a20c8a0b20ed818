/**
 * An election as its organiser defines it: what a valid definition file comes to, with every
 * default filled in. The schema is definition-schema.ts, the rules beyond it are
 * definition-rules.ts.
 */
import type * as Type from 'typebox'
import type { DefinitionSchema } from './definition-schema.ts'
import { instantMs } from './instant.ts'
import { fractionOf, type Quorum, type ShareOf, type Threshold } from './share.ts'
import { firstText, type Text } from './text.ts'

/** A definition file as it is written, before defaults. */
export type DefinitionFile = Type.Static<typeof DefinitionSchema>
export type ContestFile = DefinitionFile['contests'][number]
export type OptionFile = ContestFile['options'][number]
export type ResultsShown = 'live' | 'after-close'

/** A picture beside the definition; `sha256` (hexadecimal) is null until `init` has put it in. */
export interface Picture {
  readonly file: string
  readonly sha256: string | null
}

export interface Organiser {
  readonly name: Text
}

export interface Contact {
  readonly phone?: string
  readonly email?: string
  /** https://… */
  readonly url?: string
}

export interface District {
  readonly id: string
  /** In the election's first language; `names` has all. */
  readonly name: string
  readonly names: Text
}

export interface Option {
  readonly id: string
  /** In the election's first language; `names` has all. */
  readonly name: string
  readonly names: Text
  readonly color: string | null
  /** Party, occupation: a line below the name. */
  readonly designation: Text | null
  /** Paragraphs; empty where there is none. */
  readonly statement: readonly Text[]
  readonly photo: Picture | null
  /** https://… */
  readonly link: string | null
  /** A vote for none of the others: marked alone, never elected. */
  readonly noneOfThese: boolean
}

export interface Contest {
  readonly id: string
  /** In the election's first language; `titles` has all. */
  readonly title: string
  readonly titles: Text
  /** Paragraphs; empty where there is none. */
  readonly description: readonly Text[]
  /** A yes/no question: the first option is for it, the second against it. */
  readonly measure: boolean
  /** Votes each voter has in this contest. */
  readonly votes: number
  /**
   * Votes a ballot gives here at least, unless it leaves the contest blank or marks none of these.
   */
  readonly min: number
  /** How many options win; of a measure 1. */
  readonly seats: number
  /** What shares are shown of: the votes given, or the ballots that carry the contest. */
  readonly shareOf: 'votes' | 'ballots'
  /**
   * What an option's votes must come to; null asks for nothing but the most votes. A measure has
   * one always.
   */
  readonly threshold: Threshold | null
  readonly quorum: Quorum | null
  readonly options: readonly Option[]
  /** Indexes into the election's districts; `null` is all of them. */
  readonly districts: ReadonlySet<number> | null
  /** Whether each voter's list of options begins elsewhere (rotation.ts). */
  readonly rotation: boolean
}

/** A definition with defaults filled in and times as Unix milliseconds. */
export interface Election {
  readonly id: string
  /** In the election's first language; `titles` has all. */
  readonly title: string
  readonly titles: Text
  /**
   * Language tags (BCP 47) in the organiser's order; the first stands in for all others. Empty
   * where none is named.
   */
  readonly languages: readonly string[]
  readonly organiser: Organiser | null
  readonly contact: Contact | null
  readonly logo: Picture | null
  readonly privacy: Text | null
  /** A map of the districts beside the definition, in the form of core/map/district-map.ts. */
  readonly map: Picture | null
  readonly opensAtMs: number
  readonly closesAtMs: number
  readonly results: ResultsShown
  readonly simulated: boolean
  /**
   * Ballots are told once there are so many together, not all alike (tally/release.ts); 1 tells
   * every ballot at once.
   */
  readonly suppressBelow: number
  readonly districts: readonly District[]
  readonly contests: readonly Contest[]
}

/** What `suppress_below` is where people vote and the definition does not say. */
const SUPPRESS_BELOW = 10

/** The one district where a definition names none. */
export const ALL_VOTERS = { id: 'all', name: 'All voters' } as const

/** The election a valid definition file describes. Call `definitionErrors` first. */
export function electionFrom(file: DefinitionFile): Election {
  const languages = file.languages ?? []
  const districts = (file.districts ?? [ALL_VOTERS]).map(({ id, name }) => ({
    id,
    name: firstText(name, languages),
    names: name,
  }))
  const districtIndex = new Map(districts.map((district, i) => [district.id, i]))
  return {
    id: file.id,
    title: firstText(file.title, languages),
    titles: file.title,
    languages,
    organiser: file.organiser ?? null,
    contact: file.contact ?? null,
    logo: pictureFrom(file.logo),
    privacy: file.privacy ?? null,
    map: pictureFrom(file.map),
    opensAtMs: instantMs(file.opens_at),
    closesAtMs: instantMs(file.closes_at),
    results: file.results,
    simulated: file.simulated ?? false,
    suppressBelow: file.suppress_below ?? (file.simulated ? 1 : SUPPRESS_BELOW),
    districts,
    contests: file.contests.map((contest) => contestFrom(contest, languages, districtIndex)),
  }
}

function contestFrom(
  file: ContestFile,
  languages: readonly string[],
  districtIndex: ReadonlyMap<string, number>,
): Contest {
  const votes = file.votes ?? 1
  const measure = file.measure ?? false
  return {
    id: file.id,
    title: firstText(file.title, languages),
    titles: file.title,
    description: file.description ?? [],
    measure,
    votes,
    min: file.min ?? 1,
    seats: file.seats ?? votes,
    shareOf: file.share_of ?? 'votes',
    threshold: thresholdFrom(file.threshold) ?? (measure ? MORE_THAN_HALF : null),
    quorum: quorumFrom(file.quorum),
    options: file.options.map((option) => ({
      id: option.id,
      name: firstText(option.name, languages),
      names: option.name,
      color: option.color ?? null,
      designation: option.designation ?? null,
      statement: option.statement ?? [],
      photo: pictureFrom(option.photo),
      link: option.link ?? null,
      noneOfThese: option.none_of_these ?? false,
    })),
    districts: file.districts
      ? new Set(file.districts.map((district) => districtIndex.get(district)!))
      : null,
    rotation: file.rotation ?? false,
  }
}

/** SHA-256 of every picture that an election names, each once. */
export function pictureHashes({ logo, contests }: Pick<Election, 'logo' | 'contests'>): readonly string[] {
  const photos = contests.flatMap(({ options }) => options.map(({ photo }) => photo))
  return [...new Set([logo, ...photos].flatMap((picture) => picture?.sha256 ?? []))]
}

/** The same with its map's: of every file that a definition names. */
export function namedFileHashes(election: Pick<Election, 'logo' | 'contests' | 'map'>): readonly string[] {
  return [...pictureHashes(election), ...(election.map?.sha256 ? [election.map.sha256] : [])]
}

/** What a measure needs where its definition does not say: more yes than no. */
const MORE_THAN_HALF: Threshold = {
  is: 'more_than',
  fraction: { numerator: 1, denominator: 2 },
  of: 'votes',
}

function thresholdFrom(file: ContestFile['threshold']): Threshold | null {
  return file === undefined ? null : shareFrom(file.more_than, file.at_least, file.of ?? 'votes')
}

function quorumFrom(file: ContestFile['quorum']): Quorum | null {
  if (file === undefined) return null
  const { more_than, at_least, of = 'eligible', counting = 'ballots' } = file
  return {
    counting,
    needs: typeof at_least === 'number' ? { atLeast: at_least } : shareFrom(more_than, at_least, of),
  }
}

function shareFrom(moreThan: string | undefined, atLeast: string | undefined, of: ShareOf): Threshold {
  return moreThan === undefined
    ? { is: 'at_least', fraction: fractionOf(atLeast!), of }
    : { is: 'more_than', fraction: fractionOf(moreThan), of }
}

function pictureFrom(file: OptionFile['photo']): Picture | null {
  return file === undefined ? null : { file: file.file, sha256: file.sha256 ?? null }
}
