/** The API for operators: health, readiness, metrics, and this document. */
import { list, members, text } from './count-schemas.ts'
import { PHASE } from './elections.ts'
import { type Area, json, kept, named } from './form.ts'

const HEALTH = {
  status: 'ok',
  elections: [
    {
      ...{ id: 'town-2026', phase: 'open' },
      invariant: { keys_used: 3, ballots_stored: 3, ballots_tallied: 3, ballots_summed: 3, holds: true },
      log: null,
    },
  ],
}

const METRICS = {
  'text/plain': {
    schema: { type: 'string', pattern: '^# HELP ' },
    example: '# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.\n',
  },
}

export const OPERATIONS: Area = {
  tag: 'operations',
  description: 'For monitoring and orchestration; with `serve --metrics-port` only at that port.',
  paths: [
    {
      path: '/healthz',
      method: 'get',
      form: {
        id: 'getHealth',
        summary: 'Whether the count balances',
        answers: {
          200: { description: 'It balances.', content: json(named('Health'), HEALTH) },
          503: {
            description: 'An alarm: the numbers of at least one election differ.',
            content: json(named('Health'), { status: 'alarm', elections: [] }),
          },
        },
      },
    },
    {
      path: '/readyz',
      method: 'get',
      form: {
        id: 'getReadiness',
        summary: 'Whether this server accepts requests',
        answers: {
          200: { description: 'It accepts them.', content: json(named('Readiness'), { status: 'ready' }) },
        },
        scopes: ['ready'],
      },
    },
    {
      path: '/metrics',
      method: 'get',
      form: {
        id: 'getMetrics',
        summary: 'Prometheus metrics; docs/operations.md lists them',
        answers: { 200: { description: 'The text format, version 0.0.4.', content: METRICS } },
        scopes: ['large'],
      },
    },
    {
      path: '/openapi.json',
      method: 'get',
      form: {
        id: 'getApiDescription',
        summary: 'This document',
        ...kept({
          description: 'OpenAPI 3.1.',
          content: json(
            { type: 'object', required: ['openapi', 'paths'], additionalProperties: true },
            { openapi: '3.1.1', paths: {} },
          ),
        }),
        scopes: ['large'],
      },
    },
  ],
  schemas: {
    Health: members(
      {
        status: { type: 'string', enum: ['ok', 'alarm'] },
        tls: named('Certificate'),
        elections: list(
          members({
            ...{ id: text, phase: PHASE, invariant: named('Invariant') },
            log: { anyOf: [named('LogState'), { type: 'null' }] },
          }),
        ),
      },
      ['tls'],
    ),
    Certificate: {
      ...members({
        certificate: { type: 'string', enum: ['none', 'valid', 'expired'] },
        expires_at: { type: ['string', 'null'], format: 'date-time' },
        problem: { type: ['string', 'null'] },
      }),
      description: 'For a server with TLS: the certificate in use, and why it was not renewed',
    },
    Readiness: members({ status: { const: 'ready' } }),
  },
}
