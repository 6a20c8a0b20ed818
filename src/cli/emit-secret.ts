/** `elections emit-secret`: writes the Kubernetes Secrets of an existing election on a cluster. */
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
      'Writes the keys that servers of a cluster need and that no engine stores, as two Kubernetes ' +
        'Secrets in YAML. "init --cluster --emit-secret" writes the same for a new election. ' +
        'elections-keys-ID is for the roles gateway and results: anyone who has it can make ballots ' +
        'and sign the public log. elections-seal-ID is for the role tally and allows neither. The ' +
        'command connects to no engine.',
    )
    .requiredOption('--data <folder>', 'the data folder that "init --cluster" made; it has the keys')
    .option('--election <id>', 'the election (default: the folder’s default one)')
    .requiredOption('--out <file>', `where to write them: ${SECRET_OUTPUT}`)
    .option('--json', 'print one line of JSON when done')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 2 refused and nothing written.

Examples:
  $ elections emit-secret --data ./data --out secret.yaml ` +
        `&& kubectl apply -f secret.yaml && shred -u secret.yaml
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
      `${to} has the Secrets ${secrets.join(' and ')} of “${id}”. Only you can read it.\n` +
        'Its keys can make ballots: run "kubectl apply -f" on it, then delete it.',
    )
}
