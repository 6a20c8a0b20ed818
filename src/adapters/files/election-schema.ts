/**
 * The published JSON Schema (2020-12) of a definition file, made from the schema the server itself
 * checks with.
 *
 *     node src/adapters/files/election-schema.ts > schemas/election.schema.json
 */
import { DefinitionSchema } from '../../core/election/definition-schema.ts'

const ID = 'urn:digital-elections:schema:election:v1'

/** Titles are for people who edit a definition in an editor that shows them. */
export function electionSchema(): Record<string, unknown> {
  const schema = JSON.parse(JSON.stringify(DefinitionSchema))
  const { contests, districts } = schema.properties
  contests.title = 'Contests'
  contests.items.title = 'Contest'
  contests.items.properties.options.title = 'Options'
  contests.items.properties.options.items.title = 'Option (a candidate)'
  districts.title = 'Districts'
  districts.items.title = 'District (reporting unit)'
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: ID, ...schema }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(electionSchema(), null, 2)}\n`)
