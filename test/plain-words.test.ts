/** Plain words: the style of CONTRIBUTING.md, section 6, as far as a program can check it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findings, type Line, lineOf } from './plain-words.ts'

/** Names on the wire, in tables and in other people's texts. May only shrink. */
const MOST_PHRASES = 12
/** Regular expressions and test vectors. May only shrink. */
const MOST_WIDE_CODE_LINES = 10
/** Commands and pictures in documents, which cannot be wrapped. May only shrink. */
const MOST_WIDE_PROSE = 5
/** Exported functions of core and ports without a description. May only shrink. */
const MOST_UNDESCRIBED = 0

const FOUND = findings()

function noMoreThan(most: number, lines: readonly Line[]): void {
  assert.ok(lines.length <= most, `${lines.length} of at most ${most}:\n${lines.map(lineOf).join('\n')}`)
}

test('there is something to read', () => {
  assert.ok(FOUND.files > 900)
})

test('no sentence has a phrase that readers trip over, except those that are counted', () =>
  noMoreThan(MOST_PHRASES, FOUND.phrases))

test('prose is at most 100 columns wide', () => noMoreThan(MOST_WIDE_PROSE, FOUND.wideProse))

test('code is at most 110 columns wide, except the lines that are counted', () =>
  noMoreThan(MOST_WIDE_CODE_LINES, FOUND.wideCode))

test('exported functions of core and ports say what they do', () =>
  noMoreThan(MOST_UNDESCRIBED, FOUND.undescribed))
