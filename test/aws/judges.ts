/** Python programs that check the deployment on AWS: moto, cfn-lint, shellcheck. */
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

/** Started together: each takes seconds, mostly to load. */
export function onMoto(script: string, args: readonly string[]): Promise<{ stdout: string }> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const ends = skip === false ? promisify(execFile)(tool('python'), [path, ...args]) : undefined
  ends?.catch(() => undefined)
  return ends!
}

/** @returns the resources that moto created, by stack @param files `REGION=TEMPLATE` */
export const deployedOnMoto = (files: readonly string[]) =>
  onMoto('deploy_to_moto.py', [CONTEXT.zoneId, ...files])

/**
 * W3010: the operator chooses the zones. W3005: the CDK writes dependencies that references already
 * imply.
 */
const NOT_LINTED = ['W3010', 'W3005']

/** @returns cfn-lint's findings @param files `REGION=TEMPLATE` */
export function lintFindings(files: readonly string[]): string {
  const paths = files.map((file) => file.slice(file.indexOf('=') + 1))
  return judged('cfn-lint', ['--ignore-checks', ...NOT_LINTED, '--', ...paths])
}

/** @returns shellcheck's findings @param path a file that may be overwritten with the script */
export function shellFindings(path: string, script: string): string {
  writeFileSync(path, script)
  return judged('shellcheck', ['--severity=style', path])
}

function judged(program: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(tool(program), args, { encoding: 'utf8' })
  const said = stdout + stderr
  return said === '' && status !== 0 ? `ended with ${status}` : said
}
