/**
 * What every parser of the public log throws, and nothing else: the bytes are not what the
 * specification allows.
 */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}
