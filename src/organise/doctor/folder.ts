/**
 * The checks of `elections doctor`: of a data folder and each of its elections. They change
 * nothing.
 */
import { existsSync } from 'node:fs'
import { abandonedDrafts, examine, type Finding } from '../../adapters/embedded/examine.ts'
import {
  clusterFile,
  definitionFile,
  electionDir,
  electionIds,
  tlsDir,
} from '../../adapters/embedded/layout.ts'
import { exposedIn } from '../../adapters/embedded/privacy.ts'
import { readSettings } from '../../adapters/embedded/settings.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { readDefinition } from '../../adapters/files/definition-file.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { tagger } from '../../adapters/node/digest.ts'
import { certificateFindings } from './certificate-finding.ts'
import type { Diagnosis } from './diagnosis.ts'
import { logFindings } from './log-findings.ts'

/** @throws {BadInput} if it has no election */
export async function examineFolder(dataDir: string): Promise<Diagnosis[]> {
  const ids = electionIds(dataDir)
  if (ids.length === 0)
    throw new BadInput(dataDir, [{ message: 'has no election: check that it is a data folder' }])
  const diagnoses: Diagnosis[] = [{ election: '(folder)', findings: folderFindings(dataDir, ids) }]
  for (const id of ids) diagnoses.push({ election: id, findings: await findingsOf(dataDir, id) })
  return diagnoses
}

function folderFindings(dataDir: string, ids: readonly string[]): Finding[] {
  const drafts = abandonedDrafts(dataDir)
  const { defaultElection } = readSettings(dataDir)
  return [
    drafts.length === 0
      ? { check: 'no interrupted init' }
      : {
          check: 'no interrupted init',
          wrong: `left from an interrupted init: ${drafts.join(', ')}`,
          remedy: 'delete these folders',
        },
    defaultElection === undefined || ids.includes(defaultElection)
      ? { check: 'default election' }
      : {
          check: 'default election',
          wrong: `"${defaultElection}" is not in the folder`,
          remedy: 'serve with --default ID, or restore its folder',
        },
    ...(process.platform === 'win32' ? [] : [privacyFinding(dataDir)]),
    ...certificateFindings(tlsDir(dataDir), systemClock.nowMs()),
  ]
}

function privacyFinding(dataDir: string): Finding {
  const check = 'other users of this machine can read only the public log'
  const [first, ...more] = exposedIn(dataDir)
  if (first === undefined) return { check }
  const { path, mode, wanted } = first
  const rest = more.length === 0 ? '' : `, and ${more.length} more`
  return {
    check,
    wrong: `${path} has the mode ${octal(mode)}, not ${octal(wanted)}${rest}`,
    remedy:
      'run any other command on the folder as its owner, such as "elections tally": it corrects the modes',
  }
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

async function findingsOf(dataDir: string, id: string): Promise<Finding[]> {
  const dir = electionDir(dataDir, id)
  if (existsSync(clusterFile(dir)))
    return [{ check: 'its ballots are on a cluster: "elections doctor --cluster" checks them' }]
  try {
    const { election } = await readDefinition(definitionFile(dir))
    return [...examine(dir, election, tagger), ...(await logFindings(dir, election))]
  } catch (cause) {
    if (!(cause instanceof BadInput)) throw cause
    return [{ check: 'definition', wrong: cause.message, remedy: 'restore election.json from a backup' }]
  }
}
