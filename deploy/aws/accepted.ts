/**
 * Findings of cdk-nag that we accept, each with its reason. Any other finding fails the synthesis.
 */
import { type Stack, Token, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/** @param rules reasons by the rule's id, or by `RULE[finding]` */
export function accept(construct: IConstruct, rules: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(rules)) Validations.of(construct).acknowledge({ id, reason })
}

/**
 * A log of requests says who sent a request in which second. Together with the public log it could
 * reveal how a person voted.
 */
export const NO_REQUEST_LOG =
  'A log of requests holds the addresses and times of voters, ' +
  'which this product stores nowhere: docs/threats.md. ' +
  'Metrics count requests without them.'

/** cdk-nag's finding for a policy that names every resource of a kind. */
export function anyOf(
  { region, account }: Stack,
  service: string,
  resource: string,
  inRegion = true,
): string {
  const owner = Token.isUnresolved(account) ? '<AWS::AccountId>' : account
  return (
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:' +
    `${service}:${region}:${inRegion ? owner : ''}:${resource}]`
  )
}

/** cdk-nag's finding for an action that AWS does not let a policy restrict to a resource. */
export const ANYTHING = 'AwsSolutions-IAM5[Resource::*]'
