/**
 * A hostile server: whatever it answers, its reader ends soon, holds little, goes nowhere else, and
 * says why in one line.
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

/** A server that says what it likes to every request, byte for byte. */
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

/** Says something again and again, as long as anybody listens. */
function repeating(socket: Socket, words: string | Buffer, everyMs: number) {
  const timer = setInterval(() => socket.write(words), everyMs)
  socket.on('close', () => clearInterval(timer))
}

/** Says it as fast as it is taken. */
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
  'a chunk whose extension goes on': (socket) => {
    socket.write(`${OK}transfer-encoding: chunked\r\n\r\n1;a=`)
    repeating(socket, 'x', 20)
  },
  'trailers that go on': (socket) => {
    socket.write(`${OK}transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n`)
    repeating(socket, 'a: b\r\n', 20)
  },
  nothing: () => {},
  'a beginning, and nothing': (socket) => socket.write(`${OK}content-length: 100\r\n\r\n{`),
  'headers that go on': (socket) => {
    socket.write(OK)
    repeating(socket, 'a', 20)
  },
  'early hints without end': (socket) =>
    repeating(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', 20),
  'to be continued without end': (socket) => repeating(socket, 'HTTP/1.1 100 Continue\r\n\r\n', 20),
  'a refusal whose body goes on': (socket) => {
    socket.write('HTTP/1.1 503 Busy\r\ntransfer-encoding: chunked\r\n\r\n')
    repeating(socket, '1\r\nx\r\n', 20)
  },
  'a redirect whose body goes on': (socket) => {
    socket.write('HTTP/1.1 302 Found\r\nlocation: /\r\ntransfer-encoding: chunked\r\n\r\n')
    repeating(socket, '1\r\nx\r\n', 20)
  },
}

/** Each is waited for, most of its time. */
test('an answer without end', { concurrency: true }, (t) =>
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
    // Seconds for one answer: a machine that is slow itself is not what is meant.
    { answerMs: 10_000, spanMs: 10_000, patienceMs: 1_000 },
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

test('an answer that goes on as fast as it is read ends where it is long enough', async () => {
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

test('no redirect is followed, whatever it leads to, and what it says is one printable line', async () => {
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
        assert.match(message, /sends elsewhere|after \d attempts/)
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

test('answers that are none, and lengths that lie', async () => {
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
