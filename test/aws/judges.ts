/** Programs in Python that judge what is deployed on AWS: moto, cfn-lint, shellcheck. */
import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { AWS_REQUIREMENTS, pythonTools, withoutPython } from '../python-tools.ts'
import { CONTEXT } from './synthesised.ts'

/** For a test's `skip`. */
export const skip = withoutPython()
const tool = (name: string) => join(pythonTools(AWS_REQUIREMENTS), name)

/** Begun at once: each takes seconds, most of them for loading. */
export function onMoto(script: string, args: readonly string[]): Promise<{ stdout: string }> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const ends = skip === false ? promisify(execFile)(tool('python'), [path, ...args]) : undefined
  ends?.catch(() => undefined)
  return ends!
}

/** What moto made, by stack. @param files `REGION=TEMPLATE` */
export const deployedOnMoto = (files: readonly string[]) =>
  onMoto('deploy_to_moto.py', [CONTEXT.zoneId, ...files])

/**
 * W3010: a deployment is of zones that an operator chose. W3005: the CDK writes out what follows
 * from references.
 */
const NOT_LINTED = ['W3010', 'W3005']

/** @returns what cfn-lint finds in templates: nothing. @param files `REGION=TEMPLATE` */
export function lintFindings(files: readonly string[]): string {
  const paths = files.map((file) => file.slice(file.indexOf('=') + 1))
  return judged('cfn-lint', ['--ignore-checks', ...NOT_LINTED, '--', ...paths])
}

/** @returns what shellcheck finds in a script: nothing. @param path where it may be written */
export function shellFindings(path: string, script: string): string {
  writeFileSync(path, script)
  return judged('shellcheck', ['--severity=style', path])
}

function judged(program: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(tool(program), args, { encoding: 'utf8' })
  const said = stdout + stderr
  return said === '' && status !== 0 ? `ended with ${status}` : said
}
