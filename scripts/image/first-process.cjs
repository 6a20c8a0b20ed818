#!/usr/local/bin/node
/**
 * The command as the image has it. The first process of a container has no default for a signal: without a listener
 * "docker stop" would wait until it kills. Where a command has a listener of its own, that one decides.
 */
if (process.pid === 1)
  for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15 }))
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + number)
    })
import('/app/lib/cli/main.js')
