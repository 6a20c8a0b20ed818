/**
 * The key of one public log: it signs checkpoints and promises, and says by which name and key
 * others check them.
 *
 * The contract: `sign` gives the 64-byte Ed25519 signature (RFC 8032) of the message, always the
 * same for the same message, and `signAside` the same one. What is signed is the caller's business;
 * the key tells no two kinds of message apart (docs/protocol.md, "The public log": checkpoints and
 * promises differ in their first line).
 */
export interface LogSigner {
  /** The log's origin, which is the name of its key. */
  readonly origin: string
  /** The C2SP verifier key `<origin>+<hash>+<base64>`, public. */
  readonly verifierKey: string
  /** Ed25519 signature of the message, 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array
  /** The same, worked out on another thread, for where this one has votes to take. */
  readonly signAside: (message: Uint8Array) => Promise<Uint8Array>
}
