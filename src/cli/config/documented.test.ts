/**
 * docs/configuration.md has every setting with its three names. `WRITE_DOCS=1` writes the tables.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { COMMANDS } from '../commands.ts'
import { SERVE, type Setting, settingsOf } from './settings.ts'

const PAGE = new URL('../../../docs/configuration.md', import.meta.url)
const MARK = /<!-- Written by [^>]* -->\n/

function table(settings: readonly Setting[]): string {
  const rows = settings.map(({ option, variable, key, older, secret }) => {
    const { flags, description, defaultValue, defaultValueDescription } = option
    const names = [variable, ...(secret ? [`${variable}_FILE`] : []), ...(older ? [older] : [])]
    const isPlain = typeof defaultValue === 'string' || typeof defaultValue === 'number'
    const value = defaultValueDescription ?? (isPlain ? String(defaultValue) : undefined)
    const plain = value === undefined ? '' : `; default ${value}`
    const words = `${description}${plain}`.replaceAll('|', '\\|')
    return `| \`${flags}\` | ${names.map((name) => `\`${name}\``).join(' ')} | \`${key}\` | ${words} |`
  })
  return ['| flag | variable | key | what it is |', '|---|---|---|---|', ...rows, ''].join('\n')
}

test('docs/configuration.md has every setting with its three names', async () => {
  const serve = await COMMANDS[SERVE]!()
  let tables =
    `\n### Shared: \`serve\`, and what other commands have in common with ` +
    `it\n\n${table(settingsOf(serve, serve))}`
  for (const name of Object.keys(COMMANDS).filter((each) => each !== SERVE)) {
    const own = settingsOf(await COMMANDS[name]!(), serve).filter(({ key }) => key.startsWith(`${name}.`))
    if (own.length > 0) tables += `\n### \`${name}\`\n\n${table(own)}`
  }
  const text = readFileSync(PAGE, 'utf8')
  const [before = ''] = text.split(MARK)
  const wanted = `${before}${MARK.exec(text)![0]}${tables}`
  if (process.env.WRITE_DOCS) writeFileSync(PAGE, wanted)
  const linesOf = (page: string): ReadonlySet<string> => new Set(page.split('\n'))
  const there = linesOf(readFileSync(PAGE, 'utf8'))
  const missing = [...linesOf(wanted)].filter((line) => !there.has(line))
  const tooMuch = [...there].filter((line) => !linesOf(wanted).has(line))
  assert.deepEqual(
    { missing, tooMuch },
    { missing: [], tooMuch: [] },
    'WRITE_DOCS=1 with this test writes them',
  )
})
