/** The API for machines that may change an election: they may extend voting, nothing else. */
import { ExtendedSchema, ExtensionSchema } from '../extensions.ts'
import { type Area, ELECTION_ID, json, named } from './form.ts'

const CLOSES_AT = '2026-11-23T20:00:00.000Z'

export const AMENDING: Area = {
  tag: 'amending',
  description:
    'Changes of a running election, published in the public log; for access tokens with the scope `amend`.',
  paths: [
    {
      path: '/elections/{id}/extensions',
      method: 'post',
      form: {
        id: 'extendVoting',
        summary: 'Extend voting by an entry in the public log',
        parameters: [ELECTION_ID],
        body: json(named('Extension'), { closes_at: CLOSES_AT }),
        answers: {
          200: {
            description: 'The public log has the entry.',
            content: json(named('Extended'), { election: 'town-2026', closes_at: CLOSES_AT }),
          },
        },
        scopes: ['election', 'body', 'extension', 'token'],
        needsToken: true,
      },
    },
  ],
  schemas: { Extension: ExtensionSchema, Extended: ExtendedSchema },
}
