/**
 * What a change of a served election and the server say to each other: plain values that cross from
 * thread to thread.
 */
import type { RollPage } from '../adapters/embedded/roll-pages.ts'
import type { Extended } from '../organise/extend.ts'
import type { VotersAdded } from '../organise/late-voters/add-voters.ts'

export type ToChange =
  | { readonly answer: 'published' }
  /** Nothing was published. */
  | { readonly answer: 'ended' }
  | { readonly answer: 'not-published'; readonly reason: string }
  | { readonly answer: 'grown' }
  | { readonly ask: 'abort' }

export type FromChange =
  | { readonly ask: 'publish'; readonly entry: string; readonly extendedToMs: number | undefined }
  /** The late voters are among these rows of the stored roll. */
  | { readonly ask: 'grown'; readonly pages: readonly RollPage[] }
  | { readonly kind: 'note'; readonly words: string }
  | { readonly kind: 'done'; readonly result: Extended | VotersAdded }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }
