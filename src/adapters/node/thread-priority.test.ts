/** Threads lower their own priority below the votes', and no other thread's. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { stepBack } from './thread-priority.ts'

const MODULE = new URL('./thread-priority.ts', import.meta.url).href

test('a thread that has fallen behind gets the votes’ priority until it has caught up', () => {
  const set: number[] = []
  const setLate = stepBack({ get: () => 3, set: (priority) => set.push(priority) })
  for (const isLate of [false, true, true, false]) setLate(isLate)
  assert.deepEqual(set, [10, 3, 10])
})

test('a thread with an even lower priority keeps it', () => {
  const set: number[] = []
  const setLate = stepBack({ get: () => 15, set: (priority) => set.push(priority) })
  for (const isLate of [true, false]) setLate(isLate)
  assert.deepEqual(set, [])
})

test('if a higher priority is not permitted, the thread keeps the lower one', () => {
  let priority = 0
  const set = (wanted: number): void => {
    if (wanted < priority) throw new Error('permission denied')
    priority = wanted
  }
  const setLate = stepBack({ get: () => priority, set })
  setLate(true)
  assert.equal(priority, 10)
  setLate(false)
  assert.equal(priority, 10)
})

test('a thread that lowers its priority does not change the rest of its process', () => {
  const thread = `import(${JSON.stringify(MODULE)}).then(({ stepBackBehindVotes }) => {
      stepBackBehindVotes()
      require('node:worker_threads').parentPort.postMessage(require('node:os').getPriority())
    })`
  const program = `
    const { getPriority } = require('node:os')
    new (require('node:worker_threads').Worker)(${JSON.stringify(thread)}, { eval: true })
      .on('message', (ofThread) => console.log(JSON.stringify([ofThread, getPriority()])))`
  const [ofThread, ofProcess] = JSON.parse(
    execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }),
  )
  assert.equal(ofThread, process.platform === 'linux' ? Math.max(10, ofProcess) : ofProcess)
  assert.equal(ofProcess, getPriority())
})
