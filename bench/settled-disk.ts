/**
 * Waits until creating files has its normal speed. For some minutes after a deletion some file
 * systems (ext4 without a journal) step over each deleted file whenever a file is created. After a
 * benchmark has removed its folder, or after an installation, that would dominate the measurement.
 */
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const FILES = 50
const SETTLED_MICROS = 150
const LOOK_MS = 10_000
const PATIENCE_MS = 420_000

/** @param dir the folder for files @param patienceMs longest wait */
export async function settledDisk(dir: string, patienceMs = PATIENCE_MS): Promise<void> {
  const until = performance.now() + patienceMs
  let reported = false
  for (let micros = microsPerFile(dir); micros > SETTLED_MICROS; micros = microsPerFile(dir)) {
    if (performance.now() > until) {
      console.log(
        `making a file takes ${micros.toFixed(0)} µs here, and that does not change: the log pays for it`,
      )
      return
    }
    if (!reported)
      console.log('files were deleted here lately, and new ones are slow: waiting for the disk to settle')
    reported = true
    await sleep(LOOK_MS)
  }
}

function microsPerFile(dir: string): number {
  const folder = mkdtempSync(join(dir, 'settled-'))
  const startMs = performance.now()
  for (let i = 0; i < FILES; i++) closeSync(openSync(join(folder, String(i)), 'w'))
  const micros = ((performance.now() - startMs) * 1000) / FILES
  rmSync(folder, { recursive: true })
  return micros
}
