/**
 * A count that is for those with an access token: what this page is, what everybody may have, and a
 * field for the token.
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
  /** A token was good, and is not any more. */
  readonly refused: boolean
  /** In another site's frame, where nobody should type a secret. */
  readonly framed: boolean
  /** The count can be read. */
  readonly onOpen: () => void
  /** Not any more. */
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

/** null where the count is told to who has this token. */
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
