/**
 * The operator's settings for a cluster on AWS, in addition to those of every deployment
 * (settings.ts).
 */
import { BadSettings, INSTANCE_TYPE, reader, type Settings, type Shapes, settingsFrom } from './settings.ts'

export interface ClusterSettings extends Settings {
  /** The file that `npm run aws:bundle -- spark` made. */
  readonly sparkBundle: string
  /** Number of gateway machines: the group starts with `least` and grows to `most`. */
  readonly gateways: { readonly least: number; readonly most: number }
  /** Number of results machines: one leads, a second one stands by. */
  readonly results: number
  /** Instance types of these roles; `instanceType` is that of the gateways. */
  readonly resultsType: string
  readonly tallyType: string
  readonly kafkaType: string
  readonly kafkaVersion: string
  /** Disk of each of the three brokers, GiB. */
  readonly kafkaGb: number
  readonly redisType: string
  readonly databaseType: string
  readonly databaseGb: number
  /** Partitions of the topic `votes`, which cannot change later: two per core of Spark. */
  readonly partitions: number
}

const ENGINE_TYPE = /^(db|kafka)\.[a-z0-9]{2,8}\.[a-z0-9]{2,12}$/
const GB = /^([2-9]\d|[1-9]\d{2,3}|1[0-5]\d{3})$/
const SHAPES: Shapes = {
  patterns: {
    gateways: /^([2-9]|[1-9]\d)(-([2-9]|[1-9]\d))?$/,
    results: /^[12]$/,
    resultsType: INSTANCE_TYPE,
    tallyType: INSTANCE_TYPE,
    kafkaType: ENGINE_TYPE,
    kafkaVersion: /^\d\.\d{1,2}\.[0-9x]{1,2}(\.kraft)?$/,
    kafkaGb: GB,
    redisType: ENGINE_TYPE,
    databaseType: /^[a-z0-9]{2,8}\.[a-z0-9]{2,12}$/,
    databaseGb: GB,
    partitions: /^([1-9]|[1-9]\d|[1-9]\d{2})$/,
  },
  words: {
    gateways: 'how many machines, such as 3 or 3-12',
    results: '1 or 2',
    resultsType: 'a type of instance, such as m7g.large',
    tallyType: 'a type of instance, such as m7g.xlarge',
    kafkaType: 'a type of broker, such as kafka.m7g.large',
    kafkaVersion: 'a version of Kafka as MSK names it, such as 3.9.x.kraft',
    kafkaGb: 'a number of GiB from 20 to 15999',
    redisType: 'a type of node, such as db.r7g.large',
    databaseType: 'a type of instance of RDS without "db.", such as m7g.large',
    databaseGb: 'a number of GiB from 20 to 15999',
    partitions: 'a number from 1 to 999',
  },
  defaults: {
    gateways: '3-6',
    results: '1',
    kafkaType: 'kafka.m7g.large',
    kafkaVersion: '3.9.x.kraft',
    kafkaGb: '100',
    redisType: 'db.r7g.large',
    databaseType: 't4g.medium',
    databaseGb: '20',
    partitions: '12',
  },
}
/** Each broker, standby and replica is in a different zone. */
const ZONES = 'a,b,c'
const LEAST_ZONES = 3

/**
 * @param given the context by name
 * @throws {BadSettings} with all problems, not only the first
 */
export function clusterSettingsFrom(
  given: (name: string) => unknown,
  account: string | undefined,
): ClusterSettings {
  const problems: string[] = []
  const base = collected(() =>
    settingsFrom((name) => given(name) ?? (name === 'zones' ? ZONES : undefined), account),
  )
  if (base instanceof BadSettings) problems.push(...base.message.split('\n'))
  else if (base.zones.length !== LEAST_ZONES) problems.push('-c zones: a cluster needs three')
  const text = reader(given, SHAPES, problems)
  const number = (name: string): number => Number(text(name))
  const [least = 0, most = least] = text('gateways')!.split('-').map(Number)
  if (most < least) problems.push('-c gateways: the second number must not be smaller than the first')
  const sparkBundle = text('sparkBundle')
  if (sparkBundle === undefined)
    problems.push('-c sparkBundle is missing, such as -c sparkBundle=build/aws/spark.tgz')
  const large = given('arch') === 'x64' ? 'm7i.large' : 'm7g.large'
  const rest = {
    ...{ sparkBundle: sparkBundle ?? '', gateways: { least, most }, results: number('results') },
    ...{ resultsType: text('resultsType') ?? large, tallyType: text('tallyType') ?? large },
    ...{ kafkaType: text('kafkaType')!, kafkaVersion: text('kafkaVersion')!, kafkaGb: number('kafkaGb') },
    ...{ redisType: text('redisType')!, databaseType: text('databaseType')! },
    ...{ databaseGb: number('databaseGb'), partitions: number('partitions') },
  }
  if (problems.length > 0) throw new BadSettings(problems)
  return { ...(base as Settings), ...rest }
}

function collected(read: () => Settings): Settings | BadSettings {
  try {
    return read()
  } catch (error) {
    if (error instanceof BadSettings) return error
    throw error
  }
}
