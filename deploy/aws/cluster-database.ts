/** PostgreSQL: RDS in two zones. The standby has every confirmed write. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import type * as kms from 'aws-cdk-lib/aws-kms'
import * as rds from 'aws-cdk-lib/aws-rds'
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { accept } from './accepted.ts'
import { USER } from './cluster-secrets.ts'
import type { ClusterSettings } from './cluster-settings.ts'

export const DATABASE_PORT = 5432
const NAME = 'elections'
/** The version in compose.yaml. */
const VERSION = '17.11'
const BACKUP_DAYS = 7
/** RDS may enlarge the disk up to this many times its first size. */
const GROWTH = 10

export interface DatabaseAsked {
  readonly vpc: ec2.IVpc
  readonly subnets: ec2.SubnetSelection
  readonly group: ec2.SecurityGroup
  readonly key: kms.IKey
  /** Contains `username` and `password`. RDS adds the address. */
  readonly secret: secretsmanager.ISecret
}

export function makeDatabase(
  scope: Construct,
  settings: ClusterSettings,
  { vpc, subnets, group, key, secret }: DatabaseAsked,
): rds.DatabaseInstance {
  const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.of(VERSION, '17') })
  const database = new rds.DatabaseInstance(scope, 'Database', {
    ...{ engine, vpc, vpcSubnets: subnets, securityGroups: [group], port: DATABASE_PORT },
    instanceType: new ec2.InstanceType(settings.databaseType),
    multiAz: true,
    databaseName: NAME,
    credentials: rds.Credentials.fromSecret(secret, USER),
    allocatedStorage: settings.databaseGb,
    maxAllocatedStorage: settings.databaseGb * GROWTH,
    storageType: rds.StorageType.GP3,
    storageEncrypted: true,
    storageEncryptionKey: key,
    caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
    backupRetention: Duration.days(BACKUP_DAYS),
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    autoMinorVersionUpgrade: false,
    publiclyAccessible: false,
    parameterGroup: new rds.ParameterGroup(scope, 'DatabaseParameters', {
      engine,
      description: 'Digital Elections: TLS only; no log contains a statement with its parameters',
      parameters: {
        'rds.force_ssl': '1',
        log_min_error_statement: 'panic',
        log_parameter_max_length_on_error: '0',
        log_statement: 'none',
        log_min_duration_statement: '-1',
      },
    }),
  })
  accept(database, {
    'AwsSolutions-RDS11':
      'A different port would hide nothing: only the machines of this deployment can connect.',
  })
  return database
}
