/**
 * The only error that the parsers of the public log throw: the bytes are not what the specification
 * allows.
 */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}
