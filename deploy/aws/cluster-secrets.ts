/**
 * Passwords of the engines and where the keys of elections are kept: one key of KMS encrypts them
 * all.
 */
import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import * as kms from 'aws-cdk-lib/aws-kms'
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { accept } from './accepted.ts'

export const NO_ROTATION =
  'A password that changes by itself ends connections on the day. Nobody types it, and it opens nothing from outside: ' +
  'it is changed by a person, between elections.'
const PASSWORD_LENGTH = 48
/** The account that servers have at each engine. */
export const USER = 'elections'

export class Secrets extends Construct {
  readonly key: kms.Key
  readonly kafka: secretsmanager.Secret
  readonly redis: secretsmanager.Secret
  readonly database: secretsmanager.Secret
  /** Below it `ID/election-secret` and `ID/log-key`, as parameters: for gateways and results. */
  readonly keysPath: string
  /** Below it `ID/seal-key`: for the tally. */
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
    // MSK takes a secret of this name alone, and none under AWS' own key.
    this.kafka = this.#password('Kafka', `AmazonMSK_${stackName}`)
    this.redis = this.#password('Redis')
    this.database = this.#password('PostgreSQL')
  }

  #password(id: string, secretName?: string): secretsmanager.Secret {
    const secret = new secretsmanager.Secret(this, id, {
      ...(secretName !== undefined && { secretName }),
      description: `Digital Elections: what servers log in to ${id} with`,
      encryptionKey: this.key,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: USER }),
        generateStringKey: 'password',
        passwordLength: PASSWORD_LENGTH,
        // Letters and figures: an address spells them as they are.
        excludePunctuation: true,
        includeSpace: false,
      },
    })
    accept(secret, { 'AwsSolutions-SMG4': NO_ROTATION })
    return secret
  }
}
