/** `elections doctor`: checks a data folder or a cluster; prints what is wrong and what to do. */
import { Command } from 'commander'
import type { Diagnosis } from '../organise/doctor/diagnosis.ts'
import { examineFolder } from '../organise/doctor/folder.ts'
import { type ClusterOptions, onCluster, wantedCluster } from './cluster-options.ts'
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
        'Checks a data folder without changing it. A server may run on it at the same time.\n' +
          'With --cluster it checks the four engines, and every election of the folder whose ballots ' +
          'are on the cluster.',
      )
      .requiredOption('--data <folder>', 'the data folder')
      .option('--json', 'print one line of JSON'),
  )
    .addHelpText(
      'after',
      `
Exit codes: 0 every check passed, 1 a check failed, 2 not a data folder.

Examples:
  $ elections doctor --data ./data
  $ elections doctor --cluster --data ./data`,
    )
    .action(doctor)
}

async function doctor(options: DoctorOptions): Promise<void> {
  const cluster = wantedCluster(options)
  const diagnoses = cluster
    ? await (await import('../organise/doctor/cluster.ts')).examineCluster(options.data, cluster)
    : await examineFolder(options.data)
  const well = diagnoses.every(({ findings }) => findings.every(({ wrong }) => wrong === undefined))
  if (!well) process.exitCode = EXIT_NO
  if (options.json) console.log(JSON.stringify({ well, diagnoses }))
  else console.log(diagnoses.map(inWords).join('\n'))
}

function inWords({ election, findings }: Diagnosis): string {
  const lines = findings.map(({ check, wrong, remedy }) =>
    wrong === undefined ? `  ✓ ${check}` : `  ✗ ${check}: ${wrong}\n    → ${remedy}`,
  )
  return `${election}\n${lines.join('\n')}`
}
