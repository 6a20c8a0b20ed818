/**
 * The passwords of the engines, and the place for the keys of elections. One KMS key encrypts all
 * of them.
 */
import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import * as kms from 'aws-cdk-lib/aws-kms'
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { accept } from './accepted.ts'

export const NO_ROTATION =
  'Automatic rotation would close connections on election day. ' +
  'The password is never typed and is useless from outside. ' +
  'The operator changes it between elections.'
const PASSWORD_LENGTH = 48
/** The account of the servers at each engine. */
export const USER = 'elections'

export class Secrets extends Construct {
  readonly key: kms.Key
  readonly kafka: secretsmanager.Secret
  readonly redis: secretsmanager.Secret
  readonly database: secretsmanager.Secret
  /** Path of the parameters `ID/election-secret` and `ID/log-key`, for gateways and results. */
  readonly keysPath: string
  /** Path of the parameter `ID/seal-key`, for the tally. */
  readonly sealsPath: string

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const { stackName } = Stack.of(this)
    this.keysPath = `/${stackName}/keys`
    this.sealsPath = `/${stackName}/seals`
    this.key = new kms.Key(this, 'Key', {
      description: 'Digital Elections: keys of elections, passwords and data of the engines',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    // MSK accepts only a secret with this prefix, and none that AWS' own key encrypts.
    this.kafka = this.#password('Kafka', `AmazonMSK_${stackName}`)
    this.redis = this.#password('Redis')
    this.database = this.#password('PostgreSQL')
  }

  #password(id: string, secretName?: string): secretsmanager.Secret {
    const secret = new secretsmanager.Secret(this, id, {
      ...(secretName !== undefined && { secretName }),
      description: `Digital Elections: the servers’ login at ${id}`,
      encryptionKey: this.key,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: USER }),
        generateStringKey: 'password',
        passwordLength: PASSWORD_LENGTH,
        // Letters and digits need no escaping in a URL.
        excludePunctuation: true,
        includeSpace: false,
      },
    })
    accept(secret, { 'AwsSolutions-SMG4': NO_ROTATION })
    return secret
  }
}
