/**
 * The key of one public log, which signs checkpoints and promises, and the name and public key with
 * which others verify them.
 *
 * The contract: `sign` returns the 64-byte Ed25519 signature (RFC 8032) of the message, always the
 * same for the same message; `signAside` returns the same one. The caller decides what is signed;
 * the key does not distinguish kinds of messages. Checkpoints and promises differ in their first
 * line (docs/protocol.md, "The public log").
 */
export interface LogSigner {
  /** The log's origin, which is the name of its key. */
  readonly origin: string
  /** The C2SP verifier key `<origin>+<hash>+<base64>`, public. */
  readonly verifierKey: string
  /** Returns the Ed25519 signature of the message, 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array
  /** Returns the same signature, computed in another thread while this one handles votes. */
  readonly signAside: (message: Uint8Array) => Promise<Uint8Array>
}
