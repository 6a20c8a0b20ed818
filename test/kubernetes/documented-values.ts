/**
 * The chart's values in their three documents: the schema, the comments of values.yaml, the
 * README's table.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHART } from './chart.ts'

interface Schema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
}

/**
 * A value's description and its default, as the document writes them.
 */
export interface Documented {
  readonly says: string | undefined
  readonly preset?: string
}

export const README = join(CHART, 'README.md')
const BEGINS = '<!-- Written by `WRITE_DOCS=1 node --test test/kubernetes/chart.test.ts`. -->\n'

/** Returns the schema's values that are not objects, by path. */
export function schemaValues(): ReadonlyMap<string, Documented> {
  const found = new Map<string, Documented>()
  const walk = (schema: Schema, path: string): void => {
    for (const [name, one] of Object.entries(schema.properties ?? {})) {
      const place = path === '' ? name : `${path}.${name}`
      if (one.properties !== undefined) walk(one, place)
      else if (place !== 'global') found.set(place, { says: one.description })
    }
  }
  walk(JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')), '')
  return found
}

/** Returns each key of values.yaml with the comment above it. */
export function writtenValues(): ReadonlyMap<string, Documented> {
  const found = new Map<string, Documented>()
  const path: { readonly indent: number; readonly name: string }[] = []
  let comment: string[] = []
  for (const line of readFileSync(join(CHART, 'values.yaml'), 'utf8').split('\n')) {
    const [, said] = /^\s*# ?(.*)$/.exec(line) ?? []
    const [, blanks, name, preset] = /^( *)([A-Za-z0-9]+):(.*)$/.exec(line) ?? []
    if (said !== undefined) comment.push(said)
    else {
      if (name !== undefined) {
        while (path.length > 0 && path.at(-1)!.indent >= blanks!.length) path.pop()
        path.push({ indent: blanks!.length, name })
        const says = comment.length === 0 ? undefined : comment.join(' ')
        found.set(path.map((one) => one.name).join('.'), { says, preset: preset!.trim() })
      }
      comment = []
    }
  }
  return found
}

/** Returns the README with the table made from the schema and values.yaml. */
export function readmeWithTable(text: string): string {
  const written = writtenValues()
  const rows = [...schemaValues()].map(([path, { says }]) => {
    const preset = written.get(path)?.preset
    const usual = preset ? `\`${preset}\`` : 'see `values.yaml`'
    return `| \`${path}\` | ${usual} | ${says?.replaceAll('|', '\\|')} |`
  })
  const table = ['| value | unless you say otherwise | what it is |', '|---|---|---|', ...rows].join('\n')
  const start = text.indexOf(BEGINS) + BEGINS.length
  return `${text.slice(0, start)}\n${table}\n${text.slice(text.indexOf('\n## ', start))}`
}
