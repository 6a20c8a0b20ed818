/**
 * What a voter does in the booth, for tests: opens the link or types the key, chooses, reviews,
 * casts.
 */
import type { Page } from 'playwright-core'
import type { DefinitionFile } from '../../src/core/election/definition.ts'
import { keyCode, type VoterKeyPair } from '../../src/core/election/key-code.ts'
import { keyFragment } from '../../src/core/election/key-link.ts'
import { type Key, openElectionFile, type TestServer } from '../server.ts'

export const pairOf = ({ personal_id, guid }: Key): VoterKeyPair => ({ personalId: personal_id, guid })

export const boothOf = (server: TestServer) => `${server.url}/e/test-election`
export const linkOf = (server: TestServer, key: Key) => boothOf(server) + keyFragment(pairOf(key))

/** Three contests for the south, two for the north; the council has three votes. */
export function councilElection(changes: Partial<DefinitionFile> = {}): DefinitionFile {
  const names = ['Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Katherine Johnson', 'Edsger Dijkstra']
  return openElectionFile({
    title: 'City of Riverton: council and mayor',
    contests: [
      openElectionFile().contests[0]!,
      {
        id: 'council',
        title: 'City council',
        votes: 3,
        options: names.map((name, i) => ({ id: `c${i}`, name })),
      },
      {
        id: 'bridge',
        title: 'Shall the old bridge be kept?',
        districts: ['south'],
        options: [
          { id: 'yes', name: 'Yes' },
          { id: 'no', name: 'No' },
        ],
      },
    ],
    ...changes,
  })
}

export const heading = (page: Page) => page.locator('h1')

/** Waits for the step with this heading. */
export async function at(page: Page, title: string | RegExp, timeout = 30_000): Promise<void> {
  await page.getByRole('heading', { level: 1, name: title }).waitFor({ timeout })
}

export async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name, exact: typeof name === 'string' }).click()
}

export async function typeKey(page: Page, key: Key, code = keyCode(pairOf(key))): Promise<void> {
  await page.getByLabel('Voter ID').fill(key.personal_id)
  await page.getByLabel('Voter key', { exact: true }).fill(code)
  await press(page, 'Continue')
}

/** Fills the ballot up to the review: one choice for mayor, and the first ones for the council. */
export async function fillBallot(page: Page, mayor: string, council = 2): Promise<void> {
  await at(page, 'Your ballot')
  await press(page, 'Start')
  await at(page, 'Mayor')
  await page.getByRole('radio', { name: mayor }).check()
  await page.locator('.actions .primary').click()
  await at(page, 'City council')
  for (let i = 0; i < council; i++) await page.getByRole('checkbox').nth(i).check()
  await page.locator('.actions .primary').click()
}

export async function castBallot(page: Page, mayor = 'Ada Lovelace'): Promise<void> {
  await fillBallot(page, mayor)
  await at(page, 'Review your ballot')
  await press(page, 'Cast my ballot')
}

export const RECORDED = 'Your ballot is recorded'

/** Returns the tracker of the receipt on screen. */
export async function trackerOn(page: Page): Promise<string> {
  await at(page, RECORDED)
  return (await page.locator('.tracker .code').textContent())!
}

export async function ballotsCounted(server: TestServer): Promise<number> {
  const results = (await (await fetch(`${server.url}/results`)).json()) as { cast: number }
  return results.cast
}

/** Returns the contents of the browser's storage as text. */
export function storageOf(page: Page): Promise<string> {
  return page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })')
}
