/** The stream of results, as far as the cluster's benchmark reads it: the number of ballots. */

export interface Snapshot {
  readonly cast: number
  readonly pipeline?: { readonly tally: { readonly state: { readonly state_bytes: number | null } } | null }
}

export const snapshotAt = async (url: string): Promise<Snapshot> =>
  (await fetch(`${url}/results`)).json() as Promise<Snapshot>

export interface CountStream {
  /** Ballots counted before the stream began. */
  readonly before: number
  /** Resolves as soon as `reached` returns true; it is called now and after each event. */
  readonly until: (reached: (cast: number, nowMs: number) => boolean) => Promise<void>
  readonly leave: () => void
}

export async function streamOfCounts(url: string): Promise<CountStream> {
  const leaving = new AbortController()
  const { cast: before } = await snapshotAt(url)
  let cast = before
  let onCast = () => {}
  const stream = await fetch(`${url}/results/stream`, { signal: leaving.signal })
  void read(stream, (snapshot) => {
    cast = snapshot.cast
    onCast()
  })
  return {
    before,
    until: (reached) =>
      new Promise((resolve) => {
        onCast = () => {
          if (reached(cast, performance.now())) resolve()
        }
        onCast()
      }),
    leave: () => leaving.abort(),
  }
}

async function read(stream: Response, onSnapshot: (snapshot: Snapshot) => void): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of stream.body!) {
      text += decoder.decode(chunk, { stream: true })
      const events = text.split('\n\n')
      text = events.pop()!
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data?.startsWith('{"election"')) onSnapshot(JSON.parse(data) as Snapshot)
      }
    }
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error
  }
}
