/**
 * The process's logger: pino, to stderr. Readable lines on a terminal are left to the reader's
 * tools.
 */
import { type Logger, pino } from 'pino'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export function createLogger(level: LogLevel = 'info'): Logger {
  return pino({ level, base: null }, pino.destination({ dest: 2, sync: false }))
}
