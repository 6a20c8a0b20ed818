/** `elections completion`: the completion script of a shell, made from the declared commands. */
import { Argument, Command } from 'commander'
import type { Commands } from '../config/settings.ts'
import { SCRIPTS, SHELLS, type Shell } from './scripts.ts'
import { completedCommands } from './tree.ts'

export function completionCommand(commands: Commands): Command {
  return new Command('completion')
    .summary('print the completion script of a shell')
    .description('Prints a script with which a shell completes commands, flags and their values.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  $ source <(elections completion bash)
  $ elections completion bash > /etc/bash_completion.d/elections
  $ elections completion zsh > "\${fpath[1]}/_elections"
  $ elections completion fish > ~/.config/fish/completions/elections.fish`,
    )
    .action(async (shell: Shell) => {
      process.stdout.write(SCRIPTS[shell](await completedCommands(commands)))
    })
}
