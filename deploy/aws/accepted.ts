/**
 * Findings of cdk-nag that are left, each with its reason. What is not said here ends a synthesis.
 */
import { type Stack, Token, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/**
 * @param rules by the rule's id, or `RULE[finding]`
 */
export function accept(construct: IConstruct, rules: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(rules)) Validations.of(construct).acknowledge({ id, reason })
}

/**
 * Logs of requests say who was there when, to the second: beside the public log they say how
 * somebody voted.
 */
export const NO_REQUEST_LOG =
  'A log of requests holds addresses and times of voters, which this product keeps nowhere: docs/threats.md. ' +
  'Metrics count requests without them.'

/** The finding of a policy that names all of a kind, as cdk-nag writes it. */
export function anyOf(
  { region, account }: Stack,
  service: string,
  resource: string,
  inRegion = true,
): string {
  const owner = Token.isUnresolved(account) ? '<AWS::AccountId>' : account
  return `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${service}:${region}:${inRegion ? owner : ''}:${resource}]`
}

/** The finding of a policy for what AWS lets nobody narrow. */
export const ANYTHING = 'AwsSolutions-IAM5[Resource::*]'
