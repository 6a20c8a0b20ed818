/**
 * Every command by its name. Each is loaded only when it is the one asked for, so that small ones
 * start fast.
 */
import type { Commands } from './config/settings.ts'

export const COMMANDS: Commands = {
  demo: async () => (await import('./demo.ts')).demoCommand(),
  init: async () => (await import('./init.ts')).initCommand(),
  letters: async () => (await import('./letters.ts')).lettersCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  ready: async () => (await import('./ready.ts')).readyCommand(),
  extend: async () => (await import('./extend.ts')).extendCommand(),
  token: async () => (await import('./token.ts')).tokenCommand(),
  'add-voters': async () => (await import('./add-voters.ts')).addVotersCommand(),
  simulate: async () => (await import('./simulate.ts')).simulateCommand(),
  rehearse: async () => (await import('./rehearse.ts')).rehearseCommand(),
  tally: async () => (await import('./tally.ts')).tallyCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
  'prepare-cluster': async () => (await import('./prepare-cluster.ts')).prepareClusterCommand(),
  'emit-secret': async () => (await import('./emit-secret.ts')).emitSecretCommand(),
  'rebuild-keys': async () => (await import('./rebuild-keys.ts')).rebuildKeysCommand(),
  verify: async () => (await import('./verify.ts')).verifyCommand(),
  certify: async () => (await import('./certify.ts')).certifyCommand(),
  config: async () => (await import('./config/command.ts')).configCommand(COMMANDS),
  completion: async () => (await import('./completion/command.ts')).completionCommand(COMMANDS),
  'install-service': async () => (await import('./install-service.ts')).installServiceCommand(COMMANDS),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
}
