/** The option of commands that log. */
import { Option } from 'commander'
import { LOG_LEVELS } from '../server/logger.ts'

export const logLevelOption = (): Option =>
  new Option('--log-level <level>', 'the least of what is logged to stderr')
    .choices(LOG_LEVELS)
    .env('LOG_LEVEL')
