/** The API of the elections of a server and their definitions. */
import { DefinitionSchema } from '../../core/election/definition-schema.ts'
import { type Area, ELECTION_ID, json, kept, named, type Schema } from './form.ts'

export const PHASE: Schema = { type: 'string', enum: ['not-open', 'open', 'closed'] }

export const EXAMPLE_DEFINITION = {
  id: 'town-2026',
  title: 'Town election 2026',
  opens_at: '2026-11-23T08:00:00+01:00',
  closes_at: '2026-11-23T20:00:00+01:00',
  results: 'live',
  suppress_below: 10,
  districts: [
    { id: 'north', name: 'North' },
    { id: 'south', name: 'South' },
  ],
  contests: [
    {
      id: 'mayor',
      title: 'Mayor',
      options: [
        { id: 'ada', name: 'Ada Lovelace' },
        { id: 'grace', name: 'Grace Hopper' },
      ],
    },
  ],
}

export const ELECTIONS: Area = {
  tag: 'elections',
  description: 'The elections of a server, and what is on their ballots.',
  paths: [
    {
      path: '/elections',
      method: 'get',
      form: {
        id: 'listElections',
        summary: 'The elections of this server',
        answers: {
          200: {
            description: 'In no particular order.',
            content: json(named('Elections'), {
              default: 'town-2026',
              elections: [{ id: 'town-2026', title: 'Town election 2026', phase: 'open' }],
            }),
          },
        },
        scopes: ['large'],
      },
    },
    {
      path: '/elections/{id}',
      method: 'get',
      form: {
        id: 'getElection',
        summary: 'An election’s definition',
        ...definition(),
        scopes: ['election', 'large'],
      },
    },
  ],
  schemas: {
    Elections: {
      type: 'object',
      required: ['default', 'elections'],
      properties: {
        default: { type: 'string', description: 'The id of the election that short addresses mean' },
        elections: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id', 'title', 'phase'],
            properties: { id: { type: 'string' }, title: { type: 'string' }, phase: PHASE },
          },
        },
      },
    },
    Definition: DefinitionSchema,
  },
}

function definition() {
  const { parameters, answers } = kept({
    description: 'With amendments: voting may have been extended.',
    content: json(named('Definition'), EXAMPLE_DEFINITION),
  })
  return { parameters: [ELECTION_ID, ...parameters], answers }
}
