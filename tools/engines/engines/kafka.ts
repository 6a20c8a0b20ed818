/**
 * Kafka: one node that is broker and controller (KRaft), replication factors of one, topics only by
 * intent.
 */
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Admin } from '@platformatic/kafka'
import { classPath } from '../class-path.ts'
import { engineDir, engineLog, makePrivate } from '../folder.ts'
import { findJava, javaOptions, LOGGING_FILE } from '../java.ts'
import type { Engine, Launch, Site } from './engine.ts'

const HEAP_MB = 512

function settings({ dir, ports, listen }: Site): string {
  const listeners = `BROKER://${listen}:${ports.kafka}`
  return `# Written at every start.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${ports.kafkaController}
controller.listener.names=CONTROLLER
inter.broker.listener.name=BROKER
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
listeners=${listeners},CONTROLLER://127.0.0.1:${ports.kafkaController}
advertised.listeners=${listeners}
log.dirs=${join(engineDir(dir, 'kafka'), 'data')}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
`
}

async function prepare(site: Site): Promise<Launch> {
  const cwd = engineDir(site.dir, 'kafka')
  makePrivate(cwd)
  const file = join(cwd, 'server.properties')
  writeFileSync(file, settings(site))
  const java = findJava()!
  const jars = join(await classPath('kafka'), '*')
  const logging = [
    `-Dlog4j2.configurationFile=${LOGGING_FILE}`,
    `-Delections.log=${engineLog(site.dir, 'kafka')}`,
  ]
  if (!existsSync(join(cwd, 'data', 'meta.properties'))) {
    // One argument: an id may begin with a dash, which by itself would be taken for an option.
    const args = ['format', '--ignore-formatted', `--cluster-id=${clusterId()}`, '--config', file]
    const made = spawnSync(java, [...logging, '-cp', jars, 'kafka.tools.StorageTool', ...args], {
      encoding: 'utf8',
    })
    if (made.status !== 0)
      throw new Error(`Kafka's folder could not be made: ${made.error?.message ?? made.stderr.trim()}`, {
        cause: made.error,
      })
  }
  const heap = [`-Xmx${HEAP_MB}m`, `-Xms${HEAP_MB / 2}m`, ...javaOptions()]
  return { file: java, args: [...heap, ...logging, '-cp', jars, 'kafka.Kafka', file], cwd }
}

/** 16 random bytes as Kafka writes them: base64url without padding. */
function clusterId(): string {
  return Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url')
}

async function ask({ ports, listen }: Site): Promise<string> {
  const admin = new Admin({
    clientId: 'elections-cluster',
    bootstrapBrokers: [`${listen}:${ports.kafka}`],
    retries: 0,
    timeout: 5_000,
    connectTimeout: 2_000,
  })
  try {
    const { brokers } = await admin.metadata({ topics: [], forceUpdate: true })
    if (brokers.size === 0) throw new Error('the broker has not joined its cluster yet')
    const topics = await admin.listTopics()
    return `${topics.length} topics`
  } finally {
    await admin.close()
  }
}

export const kafka: Engine = {
  name: 'kafka',
  title: 'Kafka',
  portOf: ({ ports }) => ports.kafka,
  prepare,
  ask,
  stopSignal: 'SIGTERM',
}
