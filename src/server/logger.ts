/** The process's log: pino, to stderr, level by LOG_LEVEL. Readable lines on a terminal are left to the reader's tools. */
import { type Logger, pino } from 'pino'

/** @param quietly the level where LOG_LEVEL names none */
export function createLogger(quietly = 'info'): Logger {
  const level = process.env.LOG_LEVEL ?? quietly
  const known = level in pino.levels.values || level === 'silent'
  return pino({ level: known ? level : quietly, base: null }, pino.destination({ dest: 2, sync: false }))
}
