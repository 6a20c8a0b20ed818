/**
 * The program that the CDK's command runs (cdk.json). Settings: docs/deployment.md, "AWS: one
 * machine".
 */
import { BadSettings } from './settings.ts'
import { makeApp } from './stacks.ts'

try {
  makeApp().app.synth()
} catch (error) {
  if (!(error instanceof BadSettings)) throw error
  for (const line of error.message.split('\n')) console.error(`elections: ${line}`)
  process.exitCode = 2
}
