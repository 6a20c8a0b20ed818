/**
 * Set-up and tear-down of a whole run (`node --test --test-global-setup=…`): makes a folder for the
 * engines, which the first test that needs them starts (test/engines.ts), and stops them at the
 * end.
 */
import { rmSync } from 'node:fs'
import { stopCluster } from '../tools/engines/cluster.ts'
import { engineFolder, FOLDER_VARIABLE, RUNNER_VARIABLE } from './engines.ts'

let folder: string | undefined

/**
 * If the environment already names a folder, it is a developer's own cluster: the run uses it and
 * leaves it running.
 */
export function globalSetup(): void {
  if (process.env[FOLDER_VARIABLE] !== undefined) return
  folder = engineFolder()
  process.env[FOLDER_VARIABLE] = folder
  process.env[RUNNER_VARIABLE] = String(process.pid)
}

export async function globalTeardown(): Promise<void> {
  if (folder === undefined) return
  await stopCluster(folder)
  rmSync(folder, { recursive: true, force: true })
}
