/**
 * `elections emit-secret`: the Kubernetes Secrets of an election of a cluster that was made before.
 */
import { Command } from 'commander'
import { chosenElection } from '../organise/recount.ts'
import { emittedSecret, refuseStray, SECRET_OUTPUT, TO_STDOUT } from './secret-output.ts'

interface EmitOptions {
  readonly data: string
  readonly election?: string
  readonly out: string
  readonly json?: boolean
}

export function emitSecretCommand(): Command {
  return new Command('emit-secret')
    .summary('write the keys of a cluster’s election as Kubernetes Secrets')
    .description(
      'Writes what servers of a cluster need of an election and no engine has: two Secrets, YAML, as ' +
        '"init --cluster --emit-secret" does for one that it makes. elections-keys-ID is for gateways and results; with it ' +
        'ballots can be made and the log be signed. elections-seal-ID is for the tally, and does neither. No engine is asked.',
    )
    .requiredOption('--data <folder>', 'the data folder that "init --cluster" made: it has the keys')
    .option('--election <id>', 'the election (default: the folder’s default one)')
    .requiredOption('--out <file>', `where they are written: ${SECRET_OUTPUT}`)
    .option('--json', 'print one line of JSON when done')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 2 refused: nothing was written.

Examples:
  $ elections emit-secret --data ./data --out secret.yaml && kubectl apply -f secret.yaml && shred -u secret.yaml
  $ elections emit-secret --data ./data --election council-2026 --out - | kubectl apply -f -`,
    )
    .action(emit)
}

async function emit({ data, election, out: to, json = false }: EmitOptions): Promise<void> {
  const output = { option: '--out', to, json }
  refuseStray(output)
  const id = chosenElection(data, election)
  const { emittedSecrets, secretNames } = await import('../organise/cluster/emitted-secret.ts')
  const yaml = emittedSecrets(data, id)
  const file = await emittedSecret(output)
  try {
    await file.write(yaml)
  } finally {
    await file.letGo()
  }
  if (to === TO_STDOUT) return
  const secrets = secretNames(id)
  if (json) console.log(JSON.stringify({ event: 'emitted', election: id, secrets, out: to }))
  else
    console.log(
      `Secrets ${secrets.join(' and ')} of “${id}” are in ${to}, readable by you alone.\n` +
        'Its keys can make ballots: "kubectl apply -f" it, then delete it.',
    )
}
