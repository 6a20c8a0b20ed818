/**
 * Lets other sites show one answer in a frame. Every other page refuses to be framed, so that
 * nobody can be led to click on what they do not see; a page that may be framed must have nothing
 * to click that matters.
 */
import type { FastifyReply } from 'fastify'

const POLICY = 'content-security-policy'

export function allowFraming(reply: FastifyReply): void {
  const policy = String(reply.getHeader(POLICY))
  reply.header(POLICY, policy.replace(/frame-ancestors [^;]*/, 'frame-ancestors *'))
  // It knows no "anybody", and the policy says it better.
  reply.removeHeader('x-frame-options')
}
