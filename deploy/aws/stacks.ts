/** The stacks of a deployment, checked by cdk-nag as they are made. */
import { App, type AppProps, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { EDGE_REGION, EdgeStack } from './edge-stack.ts'
import { MachineStack } from './machine-stack.ts'
import { type Settings, settingsFrom } from './settings.ts'

/**
 * @param props of the app; `context` as the CLI gives it
 * @throws {BadSettings} where the context is not well; synthesis ends where cdk-nag finds what is not accepted
 */
export function makeApp(props: AppProps = {}): { readonly app: App; readonly settings: Settings } {
  const app = new App({ ...props, analyticsReporting: false })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  const settings = settingsFrom((name) => app.node.tryGetContext(name), process.env.CDK_DEFAULT_ACCOUNT)
  const { account, region } = settings
  new MachineStack(app, 'Elections', settings, {
    env: { region, ...(account !== undefined && { account }) },
    description: 'Digital Elections: one machine and its volume',
  })
  new EdgeStack(app, 'ElectionsEdge', settings, {
    env: { region: EDGE_REGION, ...(account !== undefined && { account }) },
    description: 'Digital Elections: the address that voters open',
  })
  return { app, settings }
}
