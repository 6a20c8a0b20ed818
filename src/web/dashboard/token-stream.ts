/**
 * A stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)
 * that is requested with a token, because a browser's EventSource cannot send headers. It ends with
 * an `error` event and does not reconnect.
 */
import { saveFile } from '../shared/save-file.ts'
import { type CountStream, get } from './reading.ts'

/** A status other than 200 ends the stream. */
export function tokenStream(address: string): CountStream {
  const target = new EventTarget()
  const leave = new AbortController()
  const read = async () => {
    const answer = await get(address, leave.signal)
    if (!answer.ok || answer.body === null) throw new Error(String(answer.status))
    target.dispatchEvent(new Event('open'))
    const heard = eventsIn((name, init) => target.dispatchEvent(new MessageEvent(name, init)))
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) throw new Error('it has ended')
      heard(value)
    }
  }
  // After any end the page opens a new stream.
  read().catch(() => target.dispatchEvent(new Event('error')))
  return { addEventListener: target.addEventListener.bind(target), close: () => leave.abort() }
}

/** Saves the file behind a link, under the name that the server gives it. */
export async function fetchedByToken(event: Event): Promise<void> {
  event.preventDefault()
  const { href } = event.currentTarget as HTMLAnchorElement
  const answer = await get(href)
  if (!answer.ok) return
  const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1]
  saveFile(await answer.blob(), name ?? href.slice(href.lastIndexOf('/') + 1))
}

/**
 * Parses a stream's text, cut into pieces anywhere, and reports its events. Lines end with LF, as
 * our server sends them.
 */
export function eventsIn(
  onEvent: (name: string, event: { data: string; lastEventId: string }) => void,
): (text: string) => void {
  let rest = ''
  let lastEventId = ''
  return (text) => {
    // Searches only the new piece of a long event that comes in many pieces.
    const from = Math.max(0, rest.length - 1)
    rest += text
    let begin = 0
    for (let end = rest.indexOf('\n\n', from); end !== -1; end = rest.indexOf('\n\n', begin)) {
      let name = 'message'
      const data: string[] = []
      for (const line of rest.slice(begin, end).split('\n')) {
        const [, field, value] = /^(\w*): ?(.*)$/.exec(line) ?? []
        if (field === 'event') name = value!
        else if (field === 'data') data.push(value!)
        else if (field === 'id') lastEventId = value!
      }
      if (data.length > 0) onEvent(name, { data: data.join('\n'), lastEventId })
      begin = end + 2
    }
    rest = rest.slice(begin)
  }
}
