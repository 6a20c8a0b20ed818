/**
 * A stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)
 * that is asked for with a token: a browser's own EventSource sends no header of a page's. It ends
 * with `error` and is not opened again.
 */
import { saveFile } from '../shared/save-file.ts'
import { type CountStream, get } from './reading.ts'

/** A status other than 200 is its end. */
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
  // Whatever ends it: the page opens another.
  read().catch(() => target.dispatchEvent(new Event('error')))
  return { addEventListener: target.addEventListener.bind(target), close: () => leave.abort() }
}

/** A file behind a link, named as the server names it. */
export async function fetchedByToken(event: Event): Promise<void> {
  event.preventDefault()
  const { href } = event.currentTarget as HTMLAnchorElement
  const answer = await get(href)
  if (!answer.ok) return
  const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1]
  saveFile(await answer.blob(), name ?? href.slice(href.lastIndexOf('/') + 1))
}

/**
 * Takes a stream's text, cut anywhere, and tells its events. Lines end as our server ends them, by
 * LF.
 */
export function eventsIn(
  tell: (name: string, event: { data: string; lastEventId: string }) => void,
): (text: string) => void {
  let rest = ''
  let lastEventId = ''
  return (text) => {
    // Of a long event that comes in many pieces only the new one is looked through.
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
      if (data.length > 0) tell(name, { data: data.join('\n'), lastEventId })
      begin = end + 2
    }
    rest = rest.slice(begin)
  }
}
