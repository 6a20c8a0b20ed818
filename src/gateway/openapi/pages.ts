/**
 * The pages, and what they are made of. What they are is in README.md; here they stand so that no
 * address is hidden.
 */
import { problem } from '../../core/election/refusal.ts'
import {
  type Area,
  type AreaPath,
  ELECTION_ID,
  kept,
  type MediaType,
  named,
  type OperationForm,
} from './form.ts'

const HTML: Readonly<Record<string, MediaType>> = { 'text/html': { schema: { type: 'string' } } }

/** Found or not, it is the same page, which has words for an election that is not there. */
const NOT_THERE: OperationForm['answers'] = {
  404: {
    description: 'There is no such election; the page says so. An id longer than any is `not-found`.',
    content: {
      ...HTML,
      'application/problem+json': { schema: named('Problem'), example: problem('not-found') },
    },
  },
}

const page = (path: string, id: string, summary: string, more: Partial<OperationForm> = {}): AreaPath => {
  const { parameters, answers } = kept({ description: 'A page for people.', content: HTML })
  return {
    path,
    method: 'get',
    form: {
      ...{ id, summary, scopes: ['large'], ...more },
      parameters: [
        ...(path.includes('{id}') ? [ELECTION_ID] : []),
        ...(more.parameters ?? []),
        ...parameters,
      ],
      answers: { ...answers, ...more.answers },
    },
  }
}

const EMBED = {
  name: 'embed',
  in: 'query' as const,
  description: 'A contest’s id: its count alone, for other sites to show in a frame',
  schema: { type: 'string' },
  example: 'mayor',
}

const FOR_GOOD = {
  description: 'Kept for good: its address changes with it.',
  scopes: ['file', 'large'],
} as const

const file = (
  path: string,
  id: string,
  summary: string,
  parameters: NonNullable<OperationForm['parameters']>,
  types: readonly string[],
  { description, scopes }: Pick<OperationForm, 'scopes'> & { readonly description: string } = FOR_GOOD,
): AreaPath => {
  const { parameters: held, answers } = kept({
    description,
    content: Object.fromEntries(types.map((type) => [type, { schema: {} }])),
  })
  return {
    ...{ path, method: 'get' },
    form: { id, summary, parameters: [...parameters, ...held], answers, scopes },
  }
}

export const PAGES: Area = {
  tag: 'pages',
  description: 'For people. What a page needs of the server it asks for by the API.',
  paths: [
    page(
      '/',
      'openDashboard',
      'The count of the default election; or a list, where there are several and none is named',
      {
        parameters: [EMBED],
      },
    ),
    page('/e/{id}', 'openBooth', 'Where voters vote', { answers: NOT_THERE }),
    page('/e/{id}/results', 'openElectionDashboard', 'The count', {
      parameters: [EMBED],
      scopes: ['election', 'large'],
    }),
    file(
      '/e/{id}/preview.png',
      'getPreview',
      'How the election stands as a picture, for previews of its link',
      [ELECTION_ID],
      ['image/png'],
      { description: 'Made again when the count has changed.', scopes: ['election', 'file', 'large'] },
    ),
    page('/verify', 'openVerifier', 'Checks the public log of any election'),
    page('/e/{id}/verify', 'openElectionVerifier', 'Checks the public log', { answers: NOT_THERE }),
    file(
      '/e/{id}/pictures/{sha256}',
      'getPicture',
      'A photo or logo of the definition, by its hash',
      [
        ELECTION_ID,
        {
          ...{ name: 'sha256', in: 'path', required: true, description: 'Of its bytes, in hexadecimal' },
          schema: { type: 'string', pattern: '^[0-9a-f]{64}$' },
        },
      ],
      ['image/jpeg', 'image/png', 'image/webp'],
    ),
    file(
      '/assets/{name}',
      'getAsset',
      'A part of the pages, named by its content',
      [
        {
          ...{ name: 'name', in: 'path', required: true, description: 'As the page has it' },
          schema: { type: 'string', pattern: '^[\\w.-]+$' },
        },
      ],
      ['text/css', 'text/javascript', 'image/svg+xml', 'application/octet-stream'],
    ),
    {
      path: '/docs',
      method: 'get',
      form: {
        id: 'openApiReference',
        summary: 'This document to read and to try out',
        answers: { 200: { description: 'A page.', content: HTML } },
      },
    },
  ],
  schemas: {},
}
