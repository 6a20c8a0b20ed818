/**
 * The page of a count that needs an access token: an explanation, what is public, and a field for
 * the token.
 */
import { useState } from 'preact/hooks'
import { bearerOf } from '../../core/access/access-token.ts'
import type { Addresses } from './addresses.ts'
import { LanguageSwitch } from './language-switch.tsx'
import { readWith } from './reading.ts'
import { fetchedByToken, tokenStream } from './token-stream.ts'
import { tokenWords } from './token-words.ts'
import { t } from './viewer.ts'

interface TokenGateProps {
  readonly addresses: Addresses
  /** The server accepted a token before, and refuses it now. */
  readonly refused: boolean
  /** The page is in a frame of another site, where a reader should not type a secret. */
  readonly framed: boolean
  /** The server accepts the token. */
  readonly onOpen: () => void
  /** The server no longer accepts the token. */
  readonly onRefused: () => void
}

type Trouble = 'invalid' | 'scope' | 'later'

export function TokenGate({ addresses, refused, framed, onOpen, onRefused }: TokenGateProps) {
  const words = tokenWords()
  const [text, setText] = useState('')
  const [asking, setAsking] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(refused ? 'invalid' : null)
  const enter = async (event: Event) => {
    event.preventDefault()
    const token = text.trim()
    setTrouble(null)
    setAsking(true)
    const found = await troubleWith(token, addresses.results)
    setAsking(false)
    if (found !== null) return setTrouble(found)
    readWith({ token, stream: tokenStream, fetched: fetchedByToken, onRefused })
    onOpen()
  }
  return (
    <main class="waiting token-gate">
      <h1>{words.title}</h1>
      <p>{words.text}</p>
      {framed ? (
        <p>
          <a href={location.pathname} target="_blank" rel="noopener">
            {t.fullResults}
          </a>
        </p>
      ) : (
        <form class="panel" onSubmit={enter}>
          <label for="token">{words.label}</label>
          <p class="hint" id="token-hint">
            {words.hint}
          </p>
          {trouble !== null && (
            <p class="note alarm" id="token-trouble" role="alert">
              {words.troubles[trouble]}
            </p>
          )}
          <input
            {...{ id: 'token', type: 'password', dir: 'ltr', autocomplete: 'off', spellcheck: false }}
            required
            aria-invalid={trouble !== null}
            aria-describedby={trouble === null ? 'token-hint' : 'token-trouble token-hint'}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <button type="submit" class="primary" disabled={asking}>
            {words.show}
          </button>
        </form>
      )}
      <p>
        <a href={addresses.verifier}>{words.log}</a>
      </p>
      {!framed && <LanguageSwitch />}
    </main>
  )
}

/** Returns null if the server accepts this token. */
async function troubleWith(token: string, results: string): Promise<Trouble | null> {
  const authorization = `Bearer ${token}`
  if (bearerOf(authorization) === undefined) return 'invalid'
  try {
    const { ok, status } = await fetch(results, { method: 'HEAD', headers: { authorization } })
    return ok ? null : status === 401 ? 'invalid' : status === 403 ? 'scope' : 'later'
  } catch {
    return 'later'
  }
}
