/**
 * The pages and their parts. README.md describes the pages; they are in the document so that no
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

/** The page has a text for an unknown election: it is the same page with status 404. */
const NOT_THERE: OperationForm['answers'] = {
  404: {
    description:
      'There is no such election; the page says so. An id of more than 64 characters is ' + '`not-found`.',
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
  description: 'A contest’s id: only its count, for frames in other sites',
  schema: { type: 'string' },
  example: 'mayor',
}

const FOR_GOOD = {
  description: 'Never changes: other content has another address.',
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
  description: 'For people. The pages get their data from the API.',
  paths: [
    page(
      '/',
      'openDashboard',
      'The count of the default election; or a list, if there are several and none is the default',
      {
        parameters: [EMBED],
      },
    ),
    page('/e/{id}', 'openBooth', 'The booth, where voters vote', { answers: NOT_THERE }),
    page('/e/{id}/results', 'openElectionDashboard', 'The count', {
      parameters: [EMBED],
      scopes: ['election', 'large'],
    }),
    file(
      '/e/{id}/preview.png',
      'getPreview',
      'The election’s state as a picture, for link previews',
      [ELECTION_ID],
      ['image/png'],
      { description: 'Drawn again after the count has changed.', scopes: ['election', 'file', 'large'] },
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
          ...{ name: 'sha256', in: 'path', required: true, description: 'SHA-256 of its bytes, hexadecimal' },
          schema: { type: 'string', pattern: '^[0-9a-f]{64}$' },
        },
      ],
      ['image/jpeg', 'image/png', 'image/webp'],
    ),
    file(
      '/assets/{name}',
      'getAsset',
      'A part of the pages; its name follows from its content',
      [
        {
          ...{ name: 'name', in: 'path', required: true, description: 'The name in the page' },
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
        summary: 'This document, to read and try out',
        answers: { 200: { description: 'A page.', content: HTML } },
      },
    },
  ],
  schemas: {},
}
