/**
 * Requests that cannot be read, made from one that could: each carries a good key, so that a server
 * that took one would be found out.
 */
import type { Form } from './ballots.ts'
import type { Outcome } from './outcome.ts'
import type { Random } from './random.ts'

export interface MalformedRequest {
  readonly body: string
  readonly contentType: string
  /** Any of these is a right answer. */
  readonly must: readonly Outcome[]
}

const JSON_TYPE = 'application/json'
const MALFORMED: readonly Outcome[] = ['malformed']
/**
 * More than any ballot of short form, less than a socket buffer, so the answer to it can be read.
 */
const OVER_LONG = 100_000

type Maker = (form: Form, random: Random) => MalformedRequest

const brokenJson: Maker = (form, random) => {
  const whole = JSON.stringify(form.members)
  return { body: whole.slice(0, 1 + random.below(whole.length - 1)), contentType: JSON_TYPE, must: MALFORMED }
}

const wrongType: Maker = (form, random) => {
  const name = oneOf(Object.keys(form.members), random)
  const value = oneOf([4711, true, null, name === 'contests' ? 'text' : {}, 0.5], random)
  return json({ ...form.members, [name]: value })
}

const missingMember: Maker = (form, random) => {
  const members: Readonly<Record<string, unknown>> = form.members
  const { [oneOf(Object.keys(members), random)]: _, ...rest } = members
  return json(rest)
}

const notAnObject: Maker = (form, random) =>
  json(oneOf<unknown>([[form.members], Object.values(form.members), null, 4711, 'text', false], random))

const empty: Maker = () => ({ body: '', contentType: JSON_TYPE, must: MALFORMED })

const wrongContentType: Maker = (form, random) => ({
  body: JSON.stringify(form.members),
  contentType: oneOf(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'], random),
  must: ['not-json'],
})

const overLong: Maker = (form) => ({
  body: JSON.stringify({ ...form.members, personal_id: 'x'.repeat(OVER_LONG) }),
  contentType: JSON_TYPE,
  must: ['body-too-large', 'malformed'],
})

export const MALFORMED_MAKERS: readonly Maker[] = [
  brokenJson,
  wrongType,
  missingMember,
  notAnObject,
  empty,
  wrongContentType,
  overLong,
]

export function malformed(form: Form, random: Random): MalformedRequest {
  return oneOf(MALFORMED_MAKERS, random)(form, random)
}

function json(value: unknown): MalformedRequest {
  return { body: JSON.stringify(value), contentType: JSON_TYPE, must: MALFORMED }
}

function oneOf<T>(values: readonly T[], random: Random): T {
  return values[random.below(values.length)]!
}
