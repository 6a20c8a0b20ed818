/**
 * A shared device: a Chromium with a profile on disk. The voter leaves it in every possible way,
 * and the next person opens it. That person has the profile's history, which contains the voter's
 * link.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import type { DefinitionFile } from '../../src/core/election/definition.ts'
import { keyFragment } from '../../src/core/election/key-link.ts'
import { type Key, openElectionFile, rollOf, startServer, type TestServer } from '../server.ts'
import { openProfile, screenshot } from './browser.ts'
import { at, boothOf, linkOf, pairOf, press, RECORDED, storageOf, trackerOn } from './voter.ts'

/** Words that occur nowhere else: the test searches the disk for them. */
const CONTEST = 'contest-7f3a91'
const CHOICE = 'option-c04d2e'
const NAME = 'Zebulon Quixworth'
const OTHER = 'option-not-chosen-51b8'

let root: string
before(() => {
  root = mkdtempSync(join(tmpdir(), 'shared-device-'))
})
after(() => rmSync(root, { recursive: true, force: true }))

async function serve(t: TestContext): Promise<TestServer> {
  const definition: Partial<DefinitionFile> = {
    contests: [
      {
        id: CONTEST,
        title: 'Mayor',
        options: [
          { id: OTHER, name: 'Ada Lovelace' },
          { id: CHOICE, name: NAME },
        ],
      },
    ],
  }
  const server = await startServer({ definition: openElectionFile(definition), roll: rollOf(8) })
  t.after(() => server.stop())
  return server
}

async function profile(
  t: TestContext,
  dir: string,
  args: readonly string[] = [],
): Promise<{ context: BrowserContext; page: Page; close: () => Promise<void> }> {
  const context = await openProfile(dir, args)
  let open = true
  const close = async () => {
    if (open) await context.close()
    open = false
  }
  t.after(close)
  return { context, page: context.pages()[0] ?? (await context.newPage()), close }
}

async function voteIn(page: Page, link: string): Promise<string> {
  await page.goto(link)
  await press(page, 'Start')
  await page.getByRole('radio', { name: NAME }).check()
  await press(page, 'Review')
  await press(page, 'Cast my ballot')
  return trackerOn(page)
}

/** Returns a profile's files that contain one of the words, with one or two bytes per character. */
function filesWith(dir: string, words: readonly string[]): string[] {
  const found: string[] = []
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = readFileSync(path)
    // The election's definition is public and has all options, also those not chosen.
    if (/Cache_Data/.test(path) && bytes.includes(OTHER)) continue
    for (const word of words)
      if (bytes.includes(word) || bytes.includes(Buffer.from(word, 'utf16le')))
        found.push(`${word.slice(0, 12)} in ${path.slice(dir.length + 1)}`)
  }
  return found
}

async function showsNothing(page: Page, tracker: string): Promise<void> {
  assert.equal(await page.locator('.tracker').count(), 0)
  const content = (await page.content()) + (await storageOf(page))
  for (const word of [tracker, CHOICE]) assert.ok(!content.includes(word), word)
}

test('after a closed browser the link shows no receipt, and the profile on disk has none', async (t) => {
  const server = await serve(t)
  const dir = mkdtempSync(join(root, 'closed-'))
  const key = server.keys[0]!
  const voter = await profile(t, dir)
  const tracker = await voteIn(voter.page, linkOf(server, key))
  assert.equal(await storageOf(voter.page), '{}')
  await voter.close()
  assert.deepEqual(filesWith(dir, [tracker, CHOICE, CONTEST]), [])
  assert.ok(
    filesWith(dir, [keyFragment(pairOf(key))]).some((found) => /Default\/History$/.test(found)),
    'the history keeps the link: docs/threats.md and the pages say so',
  )

  const next = await profile(t, dir)
  await next.page.goto(linkOf(server, key))
  await at(next.page, 'This key has already been used')
  await showsNothing(next.page, tracker)
  await next.page.goto(boothOf(server))
  await at(next.page, 'Enter your voter key')
  assert.equal(await next.page.getByText(/A ballot was sent/).count(), 0)
  await showsNothing(next.page, tracker)
  await next.close()
  assert.deepEqual(filesWith(dir, [tracker, CHOICE, CONTEST]), [])
})

test('a receipt that was saved and looked up is only in the file that the voter named', async (t) => {
  const server = await serve(t)
  const dir = mkdtempSync(join(root, 'kept-'))
  const key = server.keys[0]!
  const voter = await profile(t, dir)
  const tracker = await voteIn(voter.page, linkOf(server, key))
  const [download] = await Promise.all([
    voter.page.waitForEvent('download'),
    press(voter.page, 'Save the receipt'),
  ])
  assert.ok(readFileSync(await download.path(), 'utf8').includes(tracker))
  const [verifier] = await Promise.all([
    voter.context.waitForEvent('page'),
    voter.page.getByRole('link', { name: 'Check my ballot in the log' }).click(),
  ])
  await verifier.locator('input, textarea').first().waitFor()
  assert.ok(
    (
      (await verifier.evaluate(
        `[...document.querySelectorAll('input, textarea')].map((field) => field.value)`,
      )) as string[]
    ).includes(tracker),
    'the verifier gets the receipt from the page that shows it',
  )
  assert.ok(!verifier.url().includes(tracker))
  await press(voter.page, 'Done')
  await at(voter.page, 'You are done')
  await voter.close()
  assert.deepEqual(filesWith(dir, [tracker, CHOICE, CONTEST]), [])
  const next = await profile(t, dir)
  await next.page.goto(linkOf(server, key))
  await at(next.page, 'This key has already been used')
  await showsNothing(next.page, tracker)
})

test('a reload keeps the receipt in its tab; Done, a second tab and the link do not show it', async (t) => {
  const server = await serve(t)
  const key = server.keys[0]!
  const { context, page } = await profile(t, mkdtempSync(join(root, 'reload-')))
  const tracker = await voteIn(page, linkOf(server, key))
  for (let i = 0; i < 2; i++) {
    await page.reload()
    assert.equal(await trackerOn(page), tracker)
    assert.equal(await storageOf(page), '{}', 'it was stored for the reload only')
  }
  const second = await context.newPage()
  await second.goto(linkOf(server, key))
  await at(second, 'This key has already been used')
  await showsNothing(second, tracker)
  await second.close()

  await page.goto(linkOf(server, key))
  await at(page, 'This key has already been used')
  await showsNothing(page, tracker)
  await page.reload()
  await at(page, 'Enter your voter key')
  await showsNothing(page, tracker)

  const other = await context.newPage()
  const otherTracker = await voteIn(other, linkOf(server, server.keys[1]!))
  await screenshot(other, 'booth-receipt-shared')
  await press(other, 'Done')
  await at(other, 'You are done')
  for (const move of [() => other.reload(), () => other.goBack(), () => other.goBack()]) {
    await move()
    await showsNothing(other, otherTracker)
  }
})

test('a closed tab that is reopened with its stored state shows no receipt', async (t) => {
  const server = await serve(t)
  const key = server.keys[0]!
  const { context, page } = await profile(t, mkdtempSync(join(root, 'reopened-')))
  const tracker = await voteIn(page, linkOf(server, key))
  await page.evaluate(
    `addEventListener('pagehide', () => localStorage.setItem('seen', JSON.stringify({ ...sessionStorage })))`,
  )
  await page.goto('about:blank')
  const reader = await context.newPage()
  await reader.goto(`${server.url}/e/test-election/results`)
  const left = (await reader.evaluate(`localStorage.getItem('seen')`)) as string
  await reader.evaluate(`localStorage.removeItem('seen')`)
  const kept = JSON.parse(left) as Record<string, string>
  assert.ok('receipt' in kept, 'there is something to restore')
  for (const text of Object.values(kept)) assert.ok(!text.includes(tracker), 'masked')
  const reopened = await context.newPage()
  await reopened.goto(`${server.url}/e/test-election/results`)
  await reopened.evaluate(`Object.assign(sessionStorage, ${left})`)
  await reopened.goto(boothOf(server))
  await at(reopened, 'Enter your voter key')
  await showsNothing(reopened, tracker)
  assert.equal(await storageOf(reopened), '{}')
  await reopened.goto(linkOf(server, key))
  await at(reopened, 'This key has already been used')
  await showsNothing(reopened, tracker)
})

test('a browser that restores its last session does not restore the receipt', async (t) => {
  const server = await serve(t)
  const key = server.keys[0]!
  const dir = mkdtempSync(join(root, 'restored-'))
  const voter = await profile(t, dir)
  const tracker = await voteIn(voter.page, linkOf(server, key))
  await voter.close()
  const next = await profile(t, dir, ['--restore-last-session'])
  const pages = next.context.pages()
  for (const page of pages.filter((page) => page.url().startsWith(server.url))) {
    await at(page, 'Enter your voter key')
    await showsNothing(page, tracker)
  }
  t.diagnostic(`restored: ${pages.map((page) => page.url()).join(' ')}`)
  await next.page.goto(linkOf(server, key))
  await at(next.page, 'This key has already been used')
  await showsNothing(next.page, tracker)
  await next.close()
  assert.deepEqual(filesWith(dir, [tracker, CHOICE, CONTEST]), [])
})

test('after a lost answer and a closed browser the link says only that the ballot is recorded', async (t) => {
  const server = await serve(t)
  const [key, unsent] = server.keys as [Key, Key]
  const dir = mkdtempSync(join(root, 'lost-'))
  const voter = await profile(t, dir)
  let tracker = ''
  await voter.page.route('**/ballots', async (route) => {
    tracker = ((await (await route.fetch()).json()) as { tracker: string }).tracker
    return route.abort('connectionreset')
  })
  const cast = async (page: Page, link: string) => {
    await page.goto(link)
    await press(page, 'Start')
    await page.getByRole('radio', { name: NAME }).check()
    await press(page, 'Review')
    await press(page, 'Cast my ballot')
    await at(page, 'Not sure yet: we keep asking')
  }
  await cast(voter.page, linkOf(server, key))
  const second = await voter.context.newPage()
  await second.route('**/ballots', (route) => route.abort('internetdisconnected'))
  await cast(second, linkOf(server, unsent))
  await voter.close()
  assert.deepEqual(filesWith(dir, [tracker, CHOICE, CONTEST]), [])

  const next = await profile(t, dir)
  const posts: string[] = []
  next.page.on('request', (request) => posts.push(request.postData() ?? ''))
  await next.page.goto(linkOf(server, key))
  await at(next.page, RECORDED)
  await showsNothing(next.page, tracker)
  await next.page.goto(linkOf(server, unsent))
  await at(next.page, 'Your ballot')
  await next.page.getByText('The ballot sent earlier from this browser was not recorded.').waitFor()
  await showsNothing(next.page, tracker)
  assert.ok(!posts.join().includes(CHOICE), 'no later request has the choices')
  await next.close()
  assert.deepEqual(filesWith(dir, [tracker, CHOICE, CONTEST]), [])
})
