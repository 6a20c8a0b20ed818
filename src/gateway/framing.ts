/**
 * Lets other sites show one answer in a frame. Every other page refuses to be framed, so that a
 * hostile site cannot trick people into clicking on a hidden page; a page that allows it must have
 * nothing critical to click.
 */
import type { FastifyReply } from 'fastify'

const POLICY = 'content-security-policy'

export function allowFraming(reply: FastifyReply): void {
  const policy = String(reply.getHeader(POLICY))
  reply.header(POLICY, policy.replace(/frame-ancestors [^;]*/, 'frame-ancestors *'))
  // That header cannot allow every site; the policy above can.
  reply.removeHeader('x-frame-options')
}
