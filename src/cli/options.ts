/** Options that several commands share, and the checks of their values. */ import {
  InvalidArgumentError,
  Option,
} from 'commander'

/** @param defaultPort a port, or words if it depends on other options */
export function portOption(defaultPort: number | string): Option {
  const words = 'the port to listen on; 0 picks a free port and prints it'
  const inWords = typeof defaultPort === 'string'
  const option = new Option('--port <n>', inWords ? `${words} (default: ${defaultPort})` : words)
  if (!inWords) option.default(defaultPort)
  return option.argParser((text) => wholeNumber(text, 0, 65_535))
}

export function countOption(flags: string, description: string, defaultCount?: number): Option {
  const option = new Option(flags, description).argParser((text) =>
    wholeNumber(text, 0, Number.MAX_SAFE_INTEGER),
  )
  return defaultCount === undefined ? option : option.default(defaultCount)
}

/** @throws InvalidArgumentError, which commander turns into a line and exit code 2 */
export function wholeNumber(text: string, min: number, max: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  return value
}

export function atLeastOne(text: string, max = Number.MAX_SAFE_INTEGER): number {
  return wholeNumber(text, 1, max)
}

export function baseOption(): Option {
  return new Option(
    '--base <path>',
    'the path below which a proxy serves this server, such as /vote/, or the whole address that people open',
  )
}

/** Supervisors and load balancers do not wait longer than this for a server to end. */
const MOST_DRAIN_S = 600

export function drainOption(): Option {
  return new Option(
    '--drain <seconds>',
    'after SIGTERM: /readyz answers “not ready” at once, and the server still answers requests for ' +
      'this many seconds, so that load balancers notice',
  )
    .default(0)
    .argParser((text) => wholeNumber(text, 0, MOST_DRAIN_S))
}

export function publishEveryOption(defaultSeconds: number): Option {
  return new Option(
    '--publish-every <seconds>',
    'how often ballots are published to the public log; fractions are allowed',
  )
    .default(defaultSeconds)
    .argParser((text) => {
      const seconds = Number(text)
      if (!/^\d+(\.\d+)?$/.test(text) || seconds < 0.2 || seconds > 3600)
        throw new InvalidArgumentError('It must be a number of seconds from 0.2 to 3600.')
      return seconds
    })
}
