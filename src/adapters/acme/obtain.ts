/**
 * A certificate from an ACME server (RFC 8555) by HTTP-01 challenges. One call is one order: it
 * ends with a certificate or an error, within a bound, and keeps nothing.
 */
import type { CertificatePair } from '../../ports/certificate-source.ts'

export interface Order {
  readonly directoryUrl: string
  /** PEM; made by {@link newAccountKey} once and kept. */
  readonly accountKey: string
  readonly email?: string | undefined
  /** Host names; the first is the one that people know. */
  readonly domains: readonly string[]
  /** Answers of challenges while the order is under way, by token: port 80 gives them out. */
  readonly challenges: Map<string, string>
}

/** Answers of an ACME server are some kilobytes. */
const MOST_BYTES = 1_000_000
const REQUEST_MS = 30_000
const ORDER_MS = 300_000
/** How often it is asked whether a challenge is met. */
const POLLING = { backoffAttempts: 15, backoffMin: 1_000, backoffMax: 20_000 }

/**
 * Where the order failed: such a server counts failed challenges, and refuses after some an hour.
 */
export class OrderFailed extends Error {
  /**
   * The server could not be reached, or answered nothing of use: asking again soon costs nothing.
   */
  readonly isUnreached: boolean

  constructor(message: string, isUnreached: boolean, options?: ErrorOptions) {
    super(message, options)
    this.isUnreached = isUnreached
  }
}

/**
 * Only servers that get certificates load it: it brings a client of HTTP and two libraries of ASN.1
 * along.
 */
const library = () => import('acme-client')

/** PEM. */
export async function newAccountKey(): Promise<string> {
  const { crypto } = await library()
  return (await crypto.createPrivateEcdsaKey('P-256')).toString()
}

/** @throws {OrderFailed} */
export async function obtainCertificate(order: Order): Promise<CertificatePair> {
  await reach(order.directoryUrl)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OrderFailed('the order took too long', false)), ORDER_MS).unref()
  })
  try {
    return await Promise.race([ordered(order), late])
  } catch (cause) {
    if (cause instanceof OrderFailed) throw cause
    throw new OrderFailed(cause instanceof Error ? cause.message : String(cause), false, { cause })
  } finally {
    clearTimeout(timer)
    order.challenges.clear()
  }
}

async function ordered({
  directoryUrl,
  accountKey,
  email,
  domains,
  challenges,
}: Order): Promise<CertificatePair> {
  const { axios, Client, crypto } = await library()
  bound(axios)
  const client = new Client({ directoryUrl, accountKey, ...POLLING })
  const key = await crypto.createPrivateEcdsaKey('P-256')
  const [, csr] = await crypto.createCsr({ altNames: [...domains] }, key)
  const cert = await client.auto({
    csr,
    ...(email !== undefined && { email }),
    termsOfServiceAgreed: true,
    // From inside, a name may lead elsewhere than from outside: the server's own look is the one
    // that counts.
    skipChallengeVerification: true,
    challengePriority: ['http-01'],
    challengeCreateFn: async (authorization, challenge, answer) => {
      if (challenge.type !== 'http-01')
        throw new Error(`the server offers no HTTP-01 challenge for ${authorization.identifier.value}`)
      challenges.set(challenge.token, answer)
    },
    challengeRemoveFn: async (_authorization, challenge) => void challenges.delete(challenge.token),
  })
  return { cert, key: key.toString() }
}

/** The library asks through one client of its own: what it may take of us is set there. */
function bound({ defaults }: { readonly defaults: object }): void {
  const { acmeSettings } = defaults as { readonly acmeSettings?: object }
  // Asking again is our caller's, who waits longer each time.
  Object.assign(acmeSettings ?? {}, { retryMaxAttempts: 1, retryDefaultDelay: 1 })
  Object.assign(defaults, { timeout: REQUEST_MS, maxContentLength: MOST_BYTES })
}

/** Asked first, for the library says nothing of use about a server that cannot be reached. */
async function reach(directoryUrl: string): Promise<void> {
  try {
    const response = await fetch(directoryUrl, { signal: AbortSignal.timeout(REQUEST_MS) })
    await response.body?.cancel()
    if (!response.ok)
      throw new OrderFailed(`the authority answers ${response.status}`, response.status >= 500)
  } catch (cause) {
    if (cause instanceof OrderFailed) throw cause
    throw new OrderFailed(`the authority cannot be reached: ${reasonOf(cause)}`, true, { cause })
  }
}

/** `fetch` has the system's reason below its own. */
function reasonOf(cause: unknown): string {
  const below = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const { code, message } = below as NodeJS.ErrnoException
  return code ?? (message || 'no reason given')
}
