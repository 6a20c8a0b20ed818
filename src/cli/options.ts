/** Options that several commands share, with the checks that make a slip a clear refusal. */
import { InvalidArgumentError, Option } from 'commander'

/** @param defaultPort a port, or words where it depends on other options */
export function portOption(defaultPort: number | string): Option {
  const words = 'the port to listen on; 0 picks a free one and says which'
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
    'the path below which a proxy puts the server, such as /vote/, or the whole address people open',
  )
}

/** The longest drain: what waits for a server to end waits no longer. */
const MOST_DRAIN_S = 600

export function drainOption(): Option {
  return new Option(
    '--drain <seconds>',
    'after SIGTERM: not ready any more at once, and requests still taken for so long, until load balancers have heard of it',
  )
    .default(0)
    .argParser((text) => wholeNumber(text, 0, MOST_DRAIN_S))
}

export function publishEveryOption(defaultSeconds: number): Option {
  return new Option(
    '--publish-every <seconds>',
    'ballots are in the public log within so long; fractions are welcome',
  )
    .default(defaultSeconds)
    .argParser((text) => {
      const seconds = Number(text)
      if (!/^\d+(\.\d+)?$/.test(text) || seconds < 0.2 || seconds > 3600)
        throw new InvalidArgumentError('It must be a number of seconds from 0.2 to 3600.')
      return seconds
    })
}
