/**
 * The election that the model runs, and its bytes (docs/protocol.md, "Ballot entry and tracker").
 */
import { leafHash } from '../log/log-bytes.ts'
import type { Chance } from './world.ts'

/** How often an option that leads is chosen: one contest each. */
export const LEADS = [0.5, 0.95, 0.99] as const

/** Two districts that entries name, four that share a pool. */
export const DISTRICTS = ['north', 'south', 'hill', 'dale', 'mill', 'glen'] as const
export const NAMED = 2
/** The unit of all unnamed districts: there is one ballot style. */
export const UNITS = NAMED + 1

export const unitOf = (district: number): number => Math.min(district, NAMED)

export interface Vote {
  readonly voter: number
  readonly district: number
  readonly unit: number
  /** The option in each contest: 0 leads, 1 follows. */
  readonly marks: readonly number[]
  readonly entry: string
  readonly leaf: Buffer
}

export function entryOf(district: number, marks: readonly number[], nonceHex: string): string {
  const named = district < NAMED ? `,"district":"${DISTRICTS[district]}"` : ''
  const choices = `[${marks.map((mark) => `[${mark}]`).join(',')}]`
  return `{"v":1,"election":"model","style":"1"${named},"choices":${choices},"nonce":"${nonceHex}"}`
}

export function someMarks({ next }: Chance): readonly number[] {
  return LEADS.map((lead) => (next() < lead ? 0 : 1))
}

export function voteOf(voter: number, district: number, marks: readonly number[], nonceHex: string): Vote {
  const entry = entryOf(district, marks, nonceHex)
  return { voter, district, unit: unitOf(district), marks, entry, leaf: leafHash(entry) }
}

const ENTRY =
  /^\{"v":1,"election":"model","style":"1"(?:,"district":"(\w+)")?,"choices":(.*),"nonce":"\w{32}"\}$/

/** What anybody reads in an entry of the log; undefined where it is no ballot. */
export function readEntry(
  entry: string,
): { readonly unit: number; readonly marks: readonly number[] } | undefined {
  const match = ENTRY.exec(entry)
  if (match === null) return undefined
  const unit = match[1] === undefined ? NAMED : DISTRICTS.indexOf(match[1] as (typeof DISTRICTS)[number])
  return { unit, marks: (JSON.parse(match[2]!) as number[][]).map(([mark]) => mark!) }
}
