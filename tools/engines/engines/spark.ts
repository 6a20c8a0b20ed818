/**
 * Spark: a Connect server with its driver and executor in one Java process. It asks for a token,
 * since it runs whatever it is sent, and whoever has an account on this machine reaches loopback.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { classPath } from '../class-path.ts'
import { checkpointsDir, engineDir, engineLog, makePrivate } from '../folder.ts'
import { findJava, javaOptions, LOGGING_FILE } from '../java.ts'
import type { Engine, Launch, Site } from './engine.ts'
import { askSparkVersion } from './spark-question.ts'

const HEAP_MB = 1_200

/**
 * Keys that seal ballots go to Spark inside of expressions, Kafka's password and a client's key as
 * options; they must not come out in plans, errors or logs.
 */
const SECRETS_IN_TEXT = 'seal-key-[0-9a-f]{64}|password=[^;]+|PRIVATE.KEY-----[^-]+'
/** Spark's own, and what options of Kafka's client are called. */
const SECRET_OPTIONS = '(?i)secret|password|token|access[.]?key|jaas|keystore'

/** What Spark opens of Java for itself; the image for Kubernetes is started with the same. */
const JAVA_OPTIONS = fileURLToPath(new URL('../spark/java-options', import.meta.url))

export function sparkSettings({
  dir,
  ports,
}: Pick<Site, 'dir'> & { readonly ports: Pick<Site['ports'], 'spark'> }): Readonly<
  Record<string, string | number | boolean>
> {
  const home = engineDir(dir, 'spark')
  const stateStore = 'spark.sql.streaming.stateStore'
  return {
    'spark.app.name': 'digital-elections',
    'spark.master': 'local[2]',
    'spark.ui.enabled': false,
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.connect.grpc.binding.address': '127.0.0.1',
    'spark.connect.grpc.binding.port': ports.spark,
    'spark.connect.grpc.port.maxRetries': 0,
    // A count goes on while nobody asks: its session is not to be cleared away.
    'spark.connect.session.manager.defaultSessionTimeout': -1,
    'spark.local.dir': join(home, 'local'),
    'spark.sql.warehouse.dir': join(home, 'warehouse'),
    'spark.sql.session.timeZone': 'UTC',
    'spark.sql.shuffle.partitions': 2,
    'spark.sql.redaction.string.regex': SECRETS_IN_TEXT,
    'spark.redaction.string.regex': SECRETS_IN_TEXT,
    'spark.redaction.regex': SECRET_OPTIONS,
    // 50 plans kept for a page that is switched off are plans with keys in them.
    'spark.sql.ui.retainedExecutions': 1,
    'spark.sql.streaming.minBatchesToRetain': 20,
    [`${stateStore}.providerClass`]:
      'org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider',
    [`${stateStore}.rocksdb.changelogCheckpointing.enabled`]: true,
    [`${stateStore}.rocksdb.boundedMemoryUsage`]: true,
    [`${stateStore}.rocksdb.maxMemoryUsageMB`]: 256,
    [`${stateStore}.maintenanceInterval`]: '30s',
  }
}

async function prepare(site: Site): Promise<Launch> {
  const home = engineDir(site.dir, 'spark')
  makePrivate(home)
  // What a killed one left behind is of no use to the next.
  for (const scratch of ['local', 'tmp']) rmSync(join(home, scratch), { recursive: true, force: true })
  for (const folder of ['local', 'tmp']) mkdirSync(join(home, folder), { recursive: true })
  mkdirSync(checkpointsDir(site.dir), { recursive: true })
  const properties = Object.entries(sparkSettings(site)).map(([name, value]) => `-D${name}=${value}`)
  return {
    file: findJava()!,
    args: [
      `@${JAVA_OPTIONS}`,
      `-Xmx${HEAP_MB}m`,
      ...javaOptions(),
      `-Djava.io.tmpdir=${join(home, 'tmp')}`,
      `-Dlog4j2.configurationFile=${LOGGING_FILE}`,
      `-Delections.log=${engineLog(site.dir, 'spark')}`,
      ...properties,
      '-cp',
      join(await classPath('spark'), '*'),
      'org.apache.spark.sql.connect.service.SparkConnectServer',
    ],
    cwd: home,
    // In the environment, which only its own user can read, and not among the arguments, which
    // everybody can. The names keep it from asking the system who it runs as: in a container there
    // may be no answer.
    env: {
      SPARK_CONNECT_AUTHENTICATE_TOKEN: site.secrets.spark,
      SPARK_USER: 'elections',
      HADOOP_USER_NAME: 'elections',
      SPARK_LOCAL_IP: '127.0.0.1',
    },
  }
}

export const spark: Engine = {
  name: 'spark',
  title: 'Spark Connect',
  portOf: ({ ports }) => ports.spark,
  prepare,
  ask: ({ ports, secrets }) => askSparkVersion(`127.0.0.1:${ports.spark}`, secrets.spark),
  stopSignal: 'SIGTERM',
}
