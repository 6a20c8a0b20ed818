/**
 * A snapshot as an event of `/results/stream`: one buffer is both the event and, within it, the
 * body of `/results`.
 */

export const DATA = '\ndata: '
export const EVENT_END = '\n\n'

/** @param json on one line, as JSON.stringify writes it */
export function snapshotEvent(id: number | string, json: string): string[] {
  return [`id: ${id}${DATA}`, json, EVENT_END]
}
