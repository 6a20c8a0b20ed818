/** `elections doctor`: checks a data folder, or a cluster, says what is wrong and what to do. */
import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { abandonedDrafts, examine, type Finding } from '../adapters/embedded/examine.ts'
import { clusterFile, definitionFile, electionDir, electionIds } from '../adapters/embedded/layout.ts'
import { exposedIn } from '../adapters/embedded/privacy.ts'
import { readSettings } from '../adapters/embedded/settings.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { tagger } from '../adapters/node/digest.ts'
import { type ClusterOptions, clusterAddresses } from '../organise/cluster/addresses.ts'
import { clusterElectionIds } from '../organise/cluster/cluster-election.ts'
import { type Diagnosis, examineCluster } from '../organise/doctor/cluster.ts'
import { logFindings } from '../organise/doctor/log-findings.ts'
import { onCluster } from './cluster-options.ts'
import { EXIT_NO } from './exit.ts'

interface DoctorOptions extends ClusterOptions {
  readonly data: string
  readonly json?: boolean
}

export function doctorCommand(): Command {
  return onCluster(
    new Command('doctor')
      .summary('check a data folder or a cluster: schema, counts, invariants')
      .description(
        'Looks a data folder over without changing it. A server may be running on it meanwhile.\n' +
          'With --cluster: the four engines, and every election of the folder whose ballots lie there.',
      )
      .requiredOption('--data <folder>', 'the data folder')
      .option('--json', 'print one line of JSON'),
  )
    .addHelpText(
      'after',
      `
Exit codes: 0 all well, 1 something is wrong, 2 not a data folder.

Examples:
  $ elections doctor --data ./data
  $ elections doctor --cluster --data ./data`,
    )
    .action(doctor)
}

async function doctor(options: DoctorOptions): Promise<void> {
  const diagnoses = options.cluster
    ? await examineCluster(options.data, someIds(options.data, clusterElectionIds), clusterAddresses(options))
    : await folderDiagnoses(options.data)
  const well = diagnoses.every(({ findings }) => findings.every(({ wrong }) => wrong === undefined))
  if (!well) process.exitCode = EXIT_NO
  if (options.json) console.log(JSON.stringify({ well, diagnoses }))
  else console.log(diagnoses.map(inWords).join('\n'))
}

function someIds(dataDir: string, idsOf: (dataDir: string) => string[]): string[] {
  const ids = idsOf(dataDir)
  if (ids.length > 0) return ids
  const has =
    electionIds(dataDir).length > 0 ? 'no election of a cluster' : 'no election: is it a data folder?'
  throw new BadInput(dataDir, [{ message: `holds ${has}` }])
}

async function folderDiagnoses(dataDir: string): Promise<Diagnosis[]> {
  const ids = someIds(dataDir, electionIds)
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
      : { check: 'no interrupted init', wrong: `left over: ${drafts.join(', ')}`, remedy: 'delete these' },
    defaultElection === undefined || ids.includes(defaultElection)
      ? { check: 'default election' }
      : {
          check: 'default election',
          wrong: `"${defaultElection}" is not there`,
          remedy: 'serve with --default ID, or restore its folder',
        },
    ...(process.platform === 'win32' ? [] : [privacyFinding(dataDir)]),
  ]
}

function privacyFinding(dataDir: string): Finding {
  const check = 'nothing but the public log open to others on this machine'
  const [first, ...more] = exposedIn(dataDir)
  if (first === undefined) return { check }
  const { path, mode, wanted } = first
  const rest = more.length === 0 ? '' : `, and ${more.length} more`
  return {
    check,
    wrong: `${path} has the mode ${octal(mode)}, not ${octal(wanted)}${rest}`,
    remedy: 'run any other command on the folder as its owner, such as "elections tally": it closes them',
  }
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

async function findingsOf(dataDir: string, id: string): Promise<Finding[]> {
  const dir = electionDir(dataDir, id)
  if (existsSync(clusterFile(dir)))
    return [{ check: 'its ballots lie on a cluster: "elections doctor --cluster" looks at them' }]
  try {
    const { election } = await readDefinition(definitionFile(dir))
    return [...examine(dir, election, tagger), ...(await logFindings(dir, election))]
  } catch (cause) {
    if (!(cause instanceof BadInput)) throw cause
    return [{ check: 'definition', wrong: cause.message, remedy: 'restore election.json from a backup' }]
  }
}

function inWords({ election, findings }: Diagnosis): string {
  const lines = findings.map(({ check, wrong, remedy }) =>
    wrong === undefined ? `  ✓ ${check}` : `  ✗ ${check}: ${wrong}\n    → ${remedy}`,
  )
  return `${election}\n${lines.join('\n')}`
}
