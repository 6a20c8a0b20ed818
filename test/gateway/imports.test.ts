/**
 * Tests imports without ballots, or too slow ones: when they end, and that no earlier ballot is
 * lost.
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { type Key, openElectionFile, rollOf, startServer, type TestServer, vote } from '../server.ts'

let server: TestServer
/** A server with a short limit of time for one import. */
let impatient: TestServer
let next = 0
function fresh(count: number): readonly Key[] {
  next += count
  return server.keys.slice(next - count, next)
}

before(async () => {
  const definition = openElectionFile()
  const args = ['--trust-proxy', '--import-megabytes', '1']
  ;[server, impatient] = await Promise.all([
    startServer({ definition, roll: rollOf(40_000), args }),
    startServer({ definition, roll: rollOf(2), args: [...args, '--import-seconds', '2'] }),
  ])
})
after(() => Promise.all([server?.stop(), impatient?.stop()]))

interface Line {
  readonly status: number
  readonly code?: string
  readonly ended?: true
  readonly lines?: number
}

const line = ({ personal_id, guid }: Pick<Key, 'personal_id' | 'guid'>) =>
  JSON.stringify({ personal_id, guid, candidate: 'ada' })

async function send(lines: readonly string[], address = '198.51.100.1'): Promise<Line[]> {
  const answer = await fetch(`${server.url}/ballots`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', 'x-forwarded-for': address },
    body: lines.join('\n'),
  })
  return linesOf(await answer.text())
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((each) => JSON.parse(each) as Line)

const recorded = (answers: readonly Line[]) => answers.filter(({ status }) => status === 201).length

for (const [what, rubbish, code] of [
  ['no JSON', '{', 'malformed'],
  ['JSON that is not a ballot', '1', 'malformed'],
  [
    'ballots for unknown candidates',
    line({ personal_id: 'x', guid: 'x' }).replace('ada', 'zzz'),
    'unknown-candidate',
  ],
  ['too great length', 'x'.repeat(70_000), 'body-too-large'],
] as const)
  test(`a hundred lines of ${what} end an import; earlier ballots are cast, later ones are not`, async () => {
    const many = code === 'body-too-large' ? 9 : 150
    const [first, last] = fresh(2) as [Key, Key]
    const answers = await send([line(first), ...new Array<string>(many).fill(rubbish), line(last)])
    const end = answers.pop()!
    assert.equal(answers[0]!.status, 201)
    if (many < 100) {
      // A few long lines are skipped.
      assert.deepEqual([end.status, answers.length], [201, many + 1])
      return
    }
    assert.deepEqual(end, { ended: true, lines: 101, status: 400, code: 'no-ballots' })
    assert.deepEqual(
      answers.slice(1).map((each) => each.code),
      new Array(100).fill(code),
    )
    assert.equal((await vote(server.url, last, 'ada')).status, 201)
  })

test('from an address that sends such lines repeatedly, the first one ends an import', async () => {
  const rubbish = new Array<string>(100).fill('{}')
  for (let i = 0; i < 10; i++) assert.equal((await send(rubbish, '203.0.113.90')).length, 101)
  const [key, after] = fresh(2) as [Key, Key]
  const codes = async (lines: readonly string[], address: string) =>
    (await send(lines, address)).map(({ status, code }) => code ?? status)
  assert.deepEqual(await codes([line(key), '{}', line(after)], '203.0.113.90'), [
    201,
    'malformed',
    'no-ballots',
  ])
  assert.deepEqual(await codes(['{}', line(after)], '203.0.113.91'), ['malformed', 201])
})

test('too many blank lines end an import, unless they are between ballots', async () => {
  const [key] = fresh(1) as [Key]
  const ended = await send([line(key), ...new Array<string>(1_500).fill('')])
  assert.deepEqual(
    ended.map(({ status, code }) => code ?? status),
    [201, 'no-ballots'],
  )
  const spaced = await send(fresh(3_000).map((each) => `${line(each)}\r\n\r`))
  assert.deepEqual([recorded(spaced), spaced.length], [3_000, 3_000])
})

test('wrong keys count as in single ballots, and end an import; right keys among them are cast', async () => {
  const right = fresh(100)
  const wrong = (i: number) => line({ personal_id: `W${i}`, guid: 'x' })
  const mixed = right.flatMap((key, i) => [line(key), wrong(i)])
  const answers = await send(mixed, '203.0.113.5')
  const end = answers.pop()!
  assert.deepEqual(end, { ended: true, lines: 200, status: 429, code: 'too-many-attempts' })
  assert.equal(recorded(answers), 100)
  const codes = answers.filter(({ status }) => status !== 201).map(({ code }) => code)
  assert.equal(codes.filter((code) => code === 'unknown-key').length, 60)
  assert.equal(codes.filter((code) => code === 'too-many-attempts').length, 40)
  // From the held address: right keys are accepted, the first wrong one ends the import.
  const more = fresh(50)
  assert.equal(recorded(await send(more.map(line), '203.0.113.5')), 50)
  const again = await send([wrong(1_000)], '203.0.113.5')
  assert.deepEqual(
    again.map(({ code }) => code),
    ['too-many-attempts', 'too-many-attempts'],
  )
  assert.equal((await send([wrong(1_000)], '203.0.113.6'))[0]!.code, 'unknown-key')
})

test('after too many bytes, answered ballots are cast, and the rest can be sent again', async () => {
  const keys = fresh(15_000)
  const lines = keys.map(line)
  assert.ok(lines.join('\n').length > 1_300_000)
  const answers = await send(lines)
  const end = answers.pop()!
  assert.deepEqual([end.ended, end.code, end.lines], [true, 'body-too-large', answers.length])
  assert.equal(recorded(answers), answers.length)
  const rest = await send(lines.slice(answers.length))
  assert.deepEqual(
    [recorded(rest), rest.length],
    [keys.length - answers.length, keys.length - answers.length],
  )
})

test('a sender that stops gets answers to its complete lines, and the reason', async () => {
  const [whole, cut] = impatient.keys as [Key, Key]
  const { port, hostname } = new URL(impatient.url)
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let got = ''
    socket.on('data', (chunk) => {
      got += chunk
    })
    socket.on('close', () => resolve(got))
    socket.on('error', reject)
    socket.write(
      'POST /ballots HTTP/1.1\r\nhost: x\r\n' +
        'content-type: application/x-ndjson\r\ncontent-length: 100000\r\n\r\n' +
        `${line(whole)}\n${line(cut)}`,
    )
  })
  assert.match(text, /^HTTP\/1\.1 200 /)
  const answers = [...text.matchAll(/^\{.*\}$/gm)].map(([each]) => JSON.parse(each) as Line)
  assert.deepEqual(
    answers.map(({ status, code }) => code ?? status),
    [201, 'too-slow'],
  )
  assert.equal((await vote(impatient.url, cut, 'ada')).status, 201, 'its line had not ended')
})

test('a line without end in the smallest pieces ends its request', async () => {
  const { port, hostname } = new URL(impatient.url)
  const text = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), hostname)
    let got = ''
    const piece = '1\r\nx\r\n'.repeat(2_000)
    const more = () => {
      while (!socket.destroyed && socket.write(piece));
    }
    socket.on('drain', more)
    socket.on('data', (chunk) => {
      got += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(got))
    socket.write(
      'POST /ballots HTTP/1.1\r\nhost: x\r\n' +
        'content-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n',
    )
    more()
  })
  assert.match(text, /"ended":true,"lines":\d,"status":4(08|13)/)
})

test('senders that disconnect cause no line in the logger’s output', async () => {
  const logged = server.stderr().length
  const { port, hostname } = new URL(server.url)
  for (let i = 0; i < 20; i++) {
    const [key] = fresh(1) as [Key]
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname)
      socket.on('data', () => socket.destroy())
      socket.on('close', () => resolve())
      socket.on('error', () => {})
      const head =
        'POST /ballots HTTP/1.1\r\nhost: x\r\n' +
        'content-type: application/x-ndjson\r\ncontent-length: 9000\r\n\r\n'
      socket.write(`${head}${line(key)}\n`, () => socket.destroy())
    })
  }
  assert.equal((await vote(server.url, fresh(1)[0]!, 'ada')).status, 201)
  assert.equal(server.stderr().slice(logged), '')
})
