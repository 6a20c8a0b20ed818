/** `elections doctor`: checks a data folder, says what is wrong and what to do. */
import { Command } from 'commander'
import { abandonedDrafts, examine, type Finding } from '../adapters/embedded/examine.ts'
import { definitionFile, electionDir } from '../adapters/embedded/layout.ts'
import { readSettings } from '../adapters/embedded/settings.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { tagger } from '../adapters/node/digest.ts'
import { EXIT_NO } from './exit.ts'
import { logFindings } from './log-findings.ts'
import { electionIds } from './served-folder.ts'

interface Diagnosis {
  readonly election: string
  readonly findings: readonly Finding[]
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .summary('check a data folder: schema, counts, invariants')
    .description('Looks a data folder over without changing it. A server may be running on it meanwhile.')
    .requiredOption('--data <folder>', 'the data folder')
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 all well, 1 something is wrong, 2 not a data folder.

Example:
  $ elections doctor --data ./data`,
    )
    .action(async (options: { data: string; json?: boolean }) => {
      const ids = electionIds(options.data)
      if (ids.length === 0)
        throw new BadInput(options.data, [{ message: 'holds no election: is it a data folder?' }])
      const diagnoses: Diagnosis[] = [{ election: '(folder)', findings: folderFindings(options.data, ids) }]
      for (const id of ids) diagnoses.push({ election: id, findings: await findingsOf(options.data, id) })
      const well = diagnoses.every(({ findings }) => findings.every(({ wrong }) => wrong === undefined))
      if (!well) process.exitCode = EXIT_NO
      if (options.json) console.log(JSON.stringify({ well, diagnoses }))
      else console.log(diagnoses.map(inWords).join('\n'))
    })
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
  ]
}

async function findingsOf(dataDir: string, id: string): Promise<Finding[]> {
  const dir = electionDir(dataDir, id)
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
