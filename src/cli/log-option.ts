/** The option of commands that have a logger. */
import { Option } from 'commander'
import { LOG_LEVELS } from '../server/logger.ts'

export const logLevelOption = (): Option =>
  new Option('--log-level <level>', 'the lowest level that is logged to stderr')
    .choices(LOG_LEVELS)
    .env('LOG_LEVEL')
