/** The plan of the count: its steps, the records that it refuses, and its encoding. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadSync } from '@grpc/proto-loader'
import fc from 'fast-check'
import { queryNameOf } from './attach.ts'
import type { Relation } from './messages.ts'
import { sessionIdOf, sessionOptions, statePartitionsFor } from './session.ts'
import { BODY, NOT_CHOICES, tallyStream } from './tally-plan.ts'

const SEAL_KEY = `seal-key-${'0f'.repeat(32)}`
const plan = {
  electionId: 'city-2030',
  sealKey: SEAL_KEY,
  kafka: { 'kafka.bootstrap.servers': 'a:1,b:2' },
  maxRecordsPerBatch: 1000,
  triggerMs: 200,
  inOneTask: false,
}

/** The relations from the sink to the source. */
function chain(relation: Relation): string[] {
  const [kind, body] = Object.entries(relation)[0]!
  const { input } = body as { input?: Relation }
  return [kind, ...(input === undefined ? [] : chain(input))]
}

test('the plan has source, filters, one ballot per tag, numbers and sink', () => {
  const stream = tallyStream(plan, 'name', '/checkpoints/1')
  assert.deepEqual(chain(stream.input), [
    'project',
    'aggregate',
    'project',
    'deduplicate',
    'project',
    'filter',
    'project',
    'filter',
    'read',
  ])
  const oneTask = chain(tallyStream({ ...plan, inOneTask: true }, 'name', '/checkpoints/1').input)
  assert.deepEqual(oneTask.slice(3, 6), ['deduplicate', 'repartition', 'project'])
  assert.equal(stream.outputMode, 'update')
  assert.equal(stream.processingTimeInterval, '200 milliseconds')
  assert.equal(stream.options.checkpointLocation, '/checkpoints/1')
})

/** Whether a text has the form of choices: lists of numbers in a list, in JSON's shortest form. */
function areChoices(text: string): boolean {
  try {
    const lists: unknown = JSON.parse(text)
    const isNumber = (mark: unknown) => Number.isInteger(mark) && 0 <= Number(mark) && Number(mark) < 1e9
    return (
      Array.isArray(lists) &&
      lists.length > 0 &&
      lists.every((marks) => Array.isArray(marks) && marks.every(isNumber)) &&
      JSON.stringify(lists) === text
    )
  } catch {
    return false
  }
}

test('a sealed body is counted if it has the format and its choices are lists of numbers', () => {
  const body = (choices: string) => `d-1","choices":${choices},"nonce":"${'0f'.repeat(16)}","retry":null`
  const isCounted = (choices: string) =>
    new RegExp(`${BODY}$`).test(body(choices)) && !new RegExp(NOT_CHOICES).test(choices)
  const sound = fc.array(fc.array(fc.nat(1_200)), { minLength: 1 }).map((lists) => JSON.stringify(lists))
  const symbols = fc.array(fc.constantFrom('[', ']', ',', '0', '1', '[[', ']]', '],['), { maxLength: 9 })
  const inner = symbols.map((parts) => `[[${parts.join('')}]]`)
  const edited = fc
    .record({ text: sound, at: fc.nat(), put: fc.constantFrom('', '[', ']', ',', '0', '7', '.', '-', ' ') })
    .map(({ text, at, put }) => {
      const place = at % text.length
      return text.slice(0, place) + put + text.slice(place + (put === '' ? 1 : 0))
    })
  let counted = 0
  fc.assert(
    fc.property(fc.oneof(sound, inner, edited), (choices) => {
      assert.equal(isCounted(choices), areChoices(choices), choices)
      if (isCounted(choices)) counted++
    }),
    { numRuns: 20_000 },
  )
  assert.ok(counted > 1_000, `only ${counted} were choices`)
  for (const other of ['[]', '[[2],"x"]', '[["a"]]', '[[2.5]]', '[[99999999999]]', '[null]', 'null', '[[1]'])
    assert.equal(isCounted(other), false, other)
})

test('the plan contains only an id and a seal key', () => {
  for (const electionId of ['', "a'b", 'A', 'a b', '-a', 'a'.repeat(65), 'a\\'])
    assert.throws(() => tallyStream({ ...plan, electionId }, 'n', '/c'), TypeError)
  for (const sealKey of ['', `${SEAL_KEY}0`, SEAL_KEY.toUpperCase(), `${SEAL_KEY.slice(0, -1)}'`])
    assert.throws(
      () => tallyStream({ ...plan, sealKey }, 'n', '/c'),
      (error: Error) => error instanceof TypeError && (sealKey === '' || !error.message.includes(sealKey)),
    )
})

test('encoding keeps the plan unchanged: no field is missing in the protocol file', () => {
  const file = fileURLToPath(new URL('spark-connect.proto', import.meta.url))
  const definition = loadSync(file, { longs: Number, enums: String })[
    'spark.connect.SparkConnectService'
  ] as never as {
    ExecutePlan: {
      requestSerialize: (value: object) => Buffer
      requestDeserialize: (bytes: Buffer) => object
    }
  }
  const request = {
    sessionId: sessionIdOf('x', 0),
    plan: {
      command: { writeStreamOperationStart: tallyStream({ ...plan, inOneTask: true }, 'name', '/c') },
    },
  }
  const { requestSerialize, requestDeserialize } = definition.ExecutePlan
  assert.deepEqual(JSON.parse(JSON.stringify(requestDeserialize(requestSerialize(request)))), request)
})

test('each election and generation has its session, a UUID', () => {
  const ids = [sessionIdOf('a', 0), sessionIdOf('a', 1), sessionIdOf('b', 0)]
  assert.equal(new Set(ids).size, 3)
  for (const id of ids)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(sessionIdOf('a', 0), ids[0])
})

test('the name of a query changes with all its settings, states its pace, and contains no key', () => {
  const { triggerMs: _, inOneTask: _one, ...counted } = plan
  const setup = { plan: counted, root: '/c', statePartitions: null, triggerMs: null }
  const names = [
    setup,
    { ...setup, root: '/d' },
    { ...setup, triggerMs: 50 },
    { ...setup, plan: { ...counted, sealKey: `seal-key-${'1f'.repeat(32)}` } },
    { ...setup, plan: { ...counted, kafka: { 'kafka.bootstrap.servers': 'c:1' } } },
  ].map((each) => queryNameOf(each, 2, 'quiet'))
  names.push(queryNameOf(setup, 1, 'quiet'), queryNameOf(setup, 4, 'quiet'))
  assert.equal(new Set(names).size, names.length)
  for (const name of names) assert.match(name, /^tally-city-2030-[0-9a-f]{12}$/)
  assert.equal(queryNameOf(setup, 2, 'busy'), `${names[0]}-busy`)
})

test('a server of two tasks at once counts in one, others keep two parts of the state', () => {
  assert.deepEqual(['local[1]', 'local[2]'].map(statePartitionsFor), [1, 1])
  for (const master of ['local[3]', 'local[16]', 'local[*]', 'spark://host:7077', ''])
    assert.equal(statePartitionsFor(master), 2, master)
})

test('only local folders get the file manager for local disks', () => {
  const manager = 'spark.sql.streaming.checkpointFileManagerClass'
  for (const local of ['/data/c', 'file:/data/c', 'file:///data/c'])
    assert.ok(sessionOptions(2, local)[manager], local)
  for (const shared of ['hdfs://n/c', 's3a://b/c'])
    assert.equal(sessionOptions(2, shared)[manager], undefined)
})
