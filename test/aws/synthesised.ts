/** Templates that the CDK synthesises, once per deployment, without a network. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { Template } from 'aws-cdk-lib/assertions'
import { makeApp } from '../../deploy/aws/stacks.ts'

export const CONTEXT = {
  domain: 'vote.example.org',
  zone: 'example.org',
  zoneId: 'Z0123456789ABCDEFGHIJ',
  region: 'eu-central-1',
  alarmEmail: 'clerk@example.org',
} as const

export interface Synthesised {
  /** Templates by stack name. */
  readonly templates: Readonly<Record<string, Template>>
  /** `REGION=FILE` for each template. */
  readonly files: readonly string[]
  /** The temporary folder of the files. */
  readonly dir: string
}

/** @throws if cdk-nag has a finding that is not accepted */
export function synthesised(context: Readonly<Record<string, unknown>> = {}): Synthesised {
  const dir = mkdtempSync(join(tmpdir(), 'elections-aws-'))
  after(() => rmSync(dir, { recursive: true, force: true }))
  const bundle = join(dir, 'bundle.tgz')
  writeFileSync(bundle, 'in place of the program')
  const { app } = makeApp({
    outdir: join(dir, 'out'),
    context: { ...CONTEXT, bundle, sparkBundle: bundle, ...context },
  })
  const assembly = app.synth()
  return {
    dir,
    templates: Object.fromEntries(
      assembly.stacks.map(({ stackName, template }) => [stackName, Template.fromJSON(template)]),
    ),
    files: assembly.stacks.map((stack) => `${stack.environment.region}=${stack.templateFullPath}`),
  }
}
