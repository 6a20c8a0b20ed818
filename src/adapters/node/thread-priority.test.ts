/** Threads that step back behind the votes: their own priority and nobody else's. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { stepBack } from './thread-priority.ts'

const MODULE = new URL('./thread-priority.ts', import.meta.url).href

test('one that has fallen behind is as urgent as the votes until it has caught up', () => {
  const set: number[] = []
  const setLate = stepBack({ get: () => 3, set: (priority) => set.push(priority) })
  for (const isLate of [false, true, true, false]) setLate(isLate)
  assert.deepEqual(set, [10, 3, 10])
})

test('one that is further back already stays there', () => {
  const set: number[] = []
  const setLate = stepBack({ get: () => 15, set: (priority) => set.push(priority) })
  for (const isLate of [true, false]) setLate(isLate)
  assert.deepEqual(set, [])
})

test('where becoming more urgent is not allowed it stays back', () => {
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

test('a thread that steps back leaves the rest of its process as it is', () => {
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
