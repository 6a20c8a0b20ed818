/** The completion scripts of the supported shells. */
import type { CompletedCommand, CompletedFlag } from './tree.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

export const SCRIPTS: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash,
  zsh,
  fish,
}

const names = (commands: readonly CompletedCommand[]): string => commands.map(({ name }) => name).join(' ')

function bash(commands: readonly CompletedCommand[]): string {
  const words = commands.map(({ name, flags, choices }) => {
    const all = [...choices, ...flags.map(({ flag }) => flag)].join(' ')
    return `    ${name}) words='${all}' ;;`
  })
  const values = commands.flatMap(({ name, flags }) =>
    flags
      .filter(({ takes }) => typeof takes === 'object')
      .map(
        ({ flag, takes }) => `    '${name} ${flag}') words='${(takes as readonly string[]).join(' ')}' ;;`,
      ),
  )
  const files = commands.map(({ name, flags }) => {
    const taking = flags.filter(({ takes }) => takes === 'file').map(({ flag }) => `'${name} ${flag}'`)
    return `    ${taking.join(' | ')}) files=yes ;;`
  })
  return `# source <(elections completion bash)
_elections() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  local words='' files=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${names(commands)} --help --version' -- "$current"))
    return
  fi
  case "$command" in
${words.join('\n')}
  esac
  case "$command $before" in
${values.join('\n')}
${files.join('\n')}
  esac
  if [ -z "$files" ]; then COMPREPLY=($(compgen -W "$words" -- "$current")); fi
  if [ \${#COMPREPLY[@]} -eq 0 ]; then
    compopt -o filenames 2>/dev/null
    local IFS=$'\\n'
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -F _elections elections
`
}

function zsh(commands: readonly CompletedCommand[]): string {
  const argument = ({ flag, words, takes }: CompletedFlag): string => {
    const value = takes === 'none' ? '' : takes === 'file' ? ':value:_files' : `:value:(${takes.join(' ')})`
    return `'*${flag}[${words}]${value}'`
  }
  const cases = commands.map(({ name, flags, choices }) => {
    const first = choices.length > 0 ? `'1:shell:(${choices.join(' ')})'` : "'*:file:_files'"
    return `    ${name}) _arguments ${[...flags.map(argument), first].join(' ')} ;;`
  })
  return `#compdef elections
# elections completion zsh > "\${fpath[1]}/_elections"
_elections() {
  local -a commands=(${commands.map(({ name, words }) => `'${name}:${words}'`).join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _elections ]; then _elections "$@"; else compdef _elections elections; fi
`
}

function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, words, flags, choices }) => [
    `complete -c elections -n __fish_use_subcommand -f -a ${name} -d '${words}'`,
    ...(choices.length > 0
      ? [`complete -c elections -n '__fish_seen_subcommand_from ${name}' -f -a '${choices.join(' ')}'`]
      : []),
    ...flags.map(({ flag, words: help, takes }) => {
      const value = takes === 'none' ? '' : takes === 'file' ? ' -r -F' : ` -x -a '${takes.join(' ')}'`
      return (
        `complete -c elections -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}${value} ` +
        `-d '${help}'`
      )
    }),
  ])
  return ['# elections completion fish > ~/.config/fish/completions/elections.fish', ...lines, ''].join('\n')
}
