/**
 * Before and after a whole run of tests (`node --test --test-global-setup=…`): a folder for the
 * engines, which are started by the first test that wants them (test/engines.ts) and stopped here.
 */
import { rmSync } from 'node:fs'
import { stopCluster } from '../tools/engines/cluster.ts'
import { engineFolder, FOLDER_VARIABLE, RUNNER_VARIABLE } from './engines.ts'

let folder: string | undefined

/**
 * A folder that is named in the environment already is somebody's own cluster: it is used and left
 * running.
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
