/** The process's log: pino, to stderr, level by LOG_LEVEL. Readable lines on a terminal are left to the reader's tools. */
import { type Logger, pino } from 'pino'

export function createLogger(): Logger {
  const level = process.env.LOG_LEVEL ?? 'info'
  const known = level in pino.levels.values || level === 'silent'
  return pino({ level: known ? level : 'info', base: null }, pino.destination({ dest: 2, sync: false }))
}
