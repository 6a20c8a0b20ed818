/** The options that make a command work on a cluster. */
import { type Command, Option } from 'commander'

export const kafkaOption = () =>
  new Option('--kafka <brokers>', 'host:port, several with commas').env('KAFKA_BROKERS')
export const databaseOption = () =>
  new Option('--database <url>', 'postgres://user:password@host:port/name').env('DATABASE_URL')

/** Adds the options that make a command work on a cluster. */
export function onCluster(command: Command): Command {
  return command
    .option(
      '--cluster',
      'work on a cluster (Redis, Kafka, Spark, PostgreSQL) instead of the data folder alone',
    )
    .addOption(new Option('--redis <url>', 'redis://user:password@host:port').env('REDIS_URL'))
    .addOption(kafkaOption())
    .addOption(databaseOption())
    .addOption(new Option('--spark <url>', 'sc://host:port/;token=…').env('SPARK_REMOTE'))
    .addOption(
      new Option('--checkpoints <folder>', 'where Spark keeps its checkpoints, as Spark sees it').env(
        'SPARK_CHECKPOINTS',
      ),
    )
}
