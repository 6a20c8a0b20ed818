/**
 * A driver of the tally as a separate process that tests kill. Its settings are in the environment;
 * it prints a line per event.
 */
import { systemClock } from '../../src/adapters/node/clock.ts'
import { startTallyQuery } from '../../src/adapters/spark/tally-query.ts'

startTallyQuery({
  remote: process.env.SPARK_REMOTE!,
  kafka: { brokers: process.env.KAFKA_BROKERS!.split(',') },
  electionId: process.env.ELECTION!,
  sealKey: process.env.SEAL_KEY!,
  checkpoints: process.env.SPARK_CHECKPOINTS!,
  clock: systemClock,
  log: (_level, message, details) => process.stdout.write(`${JSON.stringify({ message, ...details })}\n`),
})
