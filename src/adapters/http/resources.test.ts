/**
 * A hostile server: whatever it answers, the reader ends soon, uses little memory, connects to no
 * other host, and reports the reason in one line.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { httpResources } from './resources.ts'

const FAST = { answerMs: 400, spanMs: 300, pauseMs: 1 }
const OK = 'HTTP/1.1 200 OK\r\n'

/** A server that answers every request with the given bytes. */
async function saying(answer: (socket: Socket, path: string) => void, options = {}) {
  const sockets = new Set<Socket>()
  const paths: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (request) => {
      const path = /^GET (\S+)/.exec(request.toString('latin1'))?.[1]
      if (path === undefined) return
      paths.push(path)
      answer(socket, path)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/log/`)
  const resources = httpResources(base, { ...FAST, ...options })
  const stop = async () => {
    await resources.close()
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  return { ...resources, stop, paths }
}

/** Sends something repeatedly until the client disconnects. */
function repeating(socket: Socket, words: string | Buffer, everyMs: number) {
  const timer = setInterval(() => socket.write(words), everyMs)
  socket.on('close', () => clearInterval(timer))
}

/** Sends as fast as the client reads. */
function flooding(socket: Socket, words: Buffer) {
  const more = () => {
    while (!socket.destroyed && socket.write(words)) {}
  }
  socket.on('drain', more)
  more()
}

const ENDLESS: Readonly<Record<string, (socket: Socket) => void>> = {
  'a byte now and then': (socket) => {
    socket.write(`${OK}content-length: 16000000\r\n\r\n`)
    repeating(socket, 'x', 20)
  },
  'chunks of a byte': (socket) => {
    socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`)
    repeating(socket, '1\r\nx\r\n', 20)
  },
  'a chunk whose extension never ends': (socket) => {
    socket.write(`${OK}transfer-encoding: chunked\r\n\r\n1;a=`)
    repeating(socket, 'x', 20)
  },
  'trailers that never end': (socket) => {
    socket.write(`${OK}transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n`)
    repeating(socket, 'a: b\r\n', 20)
  },
  nothing: () => {},
  'a beginning without an end': (socket) => socket.write(`${OK}content-length: 100\r\n\r\n{`),
  'headers that never end': (socket) => {
    socket.write(OK)
    repeating(socket, 'a', 20)
  },
  'endless early hints': (socket) => repeating(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', 20),
  'endless 100 Continue': (socket) => repeating(socket, 'HTTP/1.1 100 Continue\r\n\r\n', 20),
  'a refusal whose body never ends': (socket) => {
    socket.write('HTTP/1.1 503 Busy\r\ntransfer-encoding: chunked\r\n\r\n')
    repeating(socket, '1\r\nx\r\n', 20)
  },
  'a redirect whose body never ends': (socket) => {
    socket.write('HTTP/1.1 302 Found\r\nlocation: /\r\ntransfer-encoding: chunked\r\n\r\n')
    repeating(socket, '1\r\nx\r\n', 20)
  },
}

/** Each case mostly waits. */
test('an endless answer is cut off', { concurrency: true }, (t) =>
  Promise.all(Object.entries(ENDLESS).map(([name, answer]) => t.test(name, () => ends(answer)))).then(
    () => {},
  ),
)

async function ends(answer: (socket: Socket) => void): Promise<void> {
  const server = await saying(answer)
  try {
    await assert.rejects(Promise.resolve(server.read('checkpoint', 16_000_000)), (error: Error) => {
      assert.match(error.message, /^http:\/\/127\.0\.0\.1:\d+\/log\/checkpoint: .*after [1-4] attempts?$/)
      return error.name === 'Unreachable'
    })
    assert.ok(server.paths.length <= 4)
  } finally {
    await server.stop()
  }
}

test('many answers, each just fast enough, are too slow together', async () => {
  const server = await saying(
    (socket) => {
      setTimeout(() => socket.write(`${OK}content-length: 10\r\n\r\n0123456789`), 40)
    },
    // Seconds for one answer, so that a slow test machine does not fail the test.
    { answerMs: 10_000, spanMs: 10_000, patienceMs: 4_000 },
  )
  let read = 0
  const all = async () => {
    for (; read < 1000; read++) await server.read(`tile/0/${read}`, 8192)
  }
  try {
    await assert.rejects(all(), /tile\/0\/\d+: the server is too slow for so large a log/)
    assert.ok(read > 2)
  } finally {
    await server.stop()
  }
})

test('a fast endless answer is cut off at the limit', async () => {
  const junk = Buffer.alloc(65_536, 'x')
  const bomb = gzipSync(Buffer.alloc(10_000_000))
  for (const [head, most, longest] of [
    ['content-length: 99999999999999\r\n', 100_000, 300_000],
    ['', 1000, 200_000],
    ['', 0, 200_000],
  ] as const) {
    const server = await saying((socket) => {
      socket.write(`${OK}${head}\r\n`)
      flooding(socket, junk)
    })
    try {
      const bytes = await server.read('x', most)
      assert.ok(bytes!.length > most && bytes!.length <= longest, `${bytes?.length}`)
    } finally {
      await server.stop()
    }
  }
  const server = await saying((socket) => {
    socket.write(`${OK}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`)
    socket.write(bomb)
  })
  try {
    assert.deepEqual(await server.read('x', 20_000), bomb)
  } finally {
    await server.stop()
  }
})

test('no redirect is followed, and its text is reported as one printable line', async () => {
  for (const location of [
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:,x',
    'gopher://127.0.0.1:6379/_INFO',
    '//evil.example/',
    `/${'a/'.repeat(5000)}`,
    '\u009b2J\u009b31mVERIFIED',
    '\u0090q\u009c\u0085VERIFIED in 1 s',
  ]) {
    const server = await saying((socket) => {
      socket.write(
        Buffer.from(`HTTP/1.1 307 Elsewhere\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`, 'latin1'),
      )
    })
    try {
      await assert.rejects(Promise.resolve(server.read('checkpoint', 1000)), ({ message }: Error) => {
        assert.match(message, /redirects \(to|after \d attempts/)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
        assert.doesNotMatch(message, /[\u0000-\u001f\u007f-\u009f\u200e\u202e]/)
        return message.length < 1100
      })
      assert.ok(server.paths.every((path) => path === '/log/checkpoint'))
    } finally {
      await server.stop()
    }
  }
})

test('malformed answers and wrong lengths are reported', async () => {
  for (const answer of [
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    'HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 206 Partial\r\ncontent-length: 1\r\n\r\nx',
    `${OK}content-length: 100\r\n\r\nshort`,
    `${OK}content-length: -1\r\n\r\n`,
    `${OK}content-length: 5\r\ncontent-length: 6\r\n\r\nhello!`,
    `${OK}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\nx`,
    `${OK}${'a: b\r\n'.repeat(100_000)}\r\n`,
    'SSH-2.0-OpenSSH_9.6\r\n',
    '\u0000'.repeat(1000),
  ]) {
    const server = await saying((socket) => socket.end(answer))
    try {
      await assert.rejects(
        Promise.resolve(server.read('checkpoint', 1000)),
        { name: 'Unreachable' },
        answer.slice(0, 40),
      )
    } finally {
      await server.stop()
    }
  }
})
