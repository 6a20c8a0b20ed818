/** The stacks of a deployment. cdk-nag checks them during synthesis. */
import { App, type AppProps, type StackProps, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { type ClusterSettings, clusterSettingsFrom } from './cluster-settings.ts'
import { ClusterStack } from './cluster-stack.ts'
import { EDGE_REGION, EdgeStack } from './edge-stack.ts'
import { MachineStack } from './machine-stack.ts'
import { BadSettings, type Settings, settingsFrom } from './settings.ts'

/** `-c way=…` */
const WAYS = ['machine', 'cluster'] as const

/**
 * @param props of the app; `context` as the CLI gives it
 * @throws {BadSettings} if the context is invalid. The synthesis fails on a finding of cdk-nag that
 *   is not accepted.
 */
export function makeApp(props: AppProps = {}): { readonly app: App; readonly settings: Settings } {
  const app = new App({ ...props, analyticsReporting: false })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  const given = (name: string): unknown => app.node.tryGetContext(name)
  const way = given('way') ?? WAYS[0]
  if (!WAYS.some((each) => each === way)) throw new BadSettings([`-c way: must be ${WAYS.join(' or ')}`])
  const account = process.env.CDK_DEFAULT_ACCOUNT
  const inAccount = (region: string) => ({ env: { region, ...(account !== undefined && { account }) } })
  const settings =
    way === 'cluster'
      ? withCluster(app, clusterSettingsFrom(given, account), inAccount)
      : settingsFrom(given, account)
  if (way === 'machine')
    new MachineStack(app, 'Elections', settings, {
      ...inAccount(settings.region),
      description: 'Digital Elections: one machine and its volume',
    })
  new EdgeStack(app, 'ElectionsEdge', settings, {
    ...inAccount(EDGE_REGION),
    hasLogBucket: way === 'cluster',
    description: 'Digital Elections: the address that voters open',
  })
  return { app, settings }
}

function withCluster<S extends ClusterSettings>(
  app: App,
  settings: S,
  inAccount: (region: string) => StackProps,
): S {
  new ClusterStack(app, 'ElectionsCluster', settings, {
    ...inAccount(settings.region),
    description: 'Digital Elections: gateways in three zones, and their engines',
  })
  return settings
}
