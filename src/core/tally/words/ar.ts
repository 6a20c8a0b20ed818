/** Results in Arabic. */

import type { Threshold } from '../../election/share.ts'
import type { OutcomeWords } from '../outcome-words.ts'
import { ballots, votes } from './arabic-counts.ts'

const FRACTIONS: Readonly<Record<string, string>> = {
  ...{ '1/2': 'نصف', '1/3': 'ثلث', '2/3': 'ثلثي', '1/4': 'ربع', '3/4': 'ثلاثة أرباع', '1/1': 'كل' },
}
const WHOLES = { votes: 'الأصوات المعطاة', ballots: 'أوراق الاقتراع', eligible: 'من لهم حق التصويت' } as const

const share = ({ is, fraction: { numerator, denominator }, of }: Threshold) => {
  const by = `${numerator}/${denominator}`
  const part = FRACTIONS[by] ?? (denominator === 100 ? `${numerator} % من` : `${by} من`)
  return `${is === 'more_than' ? 'أكثر من' : 'ما لا يقل عن'} ${part} ${WHOLES[of]}`
}

export const ar: OutcomeWords = {
  noVotesYet: 'لم تُحتسب أي أصوات بعد.',
  noVotes: 'لا أصوات.',
  elected: (names, n) => `${n === 1 ? 'الفائز' : 'الفائزون'}: ${names}.`,
  electedByLot: (names, n) =>
    `${n === 1 ? 'الفائز بالقرعة بعد تعادل' : 'الفائزون بالقرعة بعد تعادل'}: ${names}.`,
  vacant: (seats) => `مقاعد تبقى شاغرة: ${seats.text}.`,
  nobody: 'لم يُنتخب أي خيار.',
  nobodyYet: 'بحسب الأصوات المحتسبة حتى الآن لا يملك أي خيار ما يكفي.',
  passed: 'أُقرَّ.',
  rejected: 'رُفض.',
  wouldPass: 'بحسب الأصوات المحتسبة حتى الآن سيُقَرّ.',
  wouldFail: 'بحسب الأصوات المحتسبة حتى الآن سيُرفض.',
  ahead: (first, second, margin, points) =>
    `بحسب الأصوات المحتسبة حتى الآن، ${first} متقدم على ${second} بفارق ${votes(margin)} ` +
    `(\u2068${points}\u2069 نقطة مئوية).`,
  aheadAtLastSeat: (seats, last, next, margin, points) =>
    `بحسب الأصوات المحتسبة حتى الآن، على آخر المقاعد وعددها ${seats.text}، ${last} متقدم على ` +
    `${next} بفارق ${votes(margin)} (\u2068${points}\u2069 نقطة مئوية).`,
  wonBy: (second, margin, points) =>
    `الفارق عن ${second}: ${votes(margin)} (\u2068${points}\u2069 نقطة مئوية).`,
  lastSeatBy: (seats, last, next, margin, points) =>
    `على آخر المقاعد وعددها ${seats.text}، تقدم ${last} على ${next} بفارق ${votes(margin)} ` +
    `(\u2068${points}\u2069 نقطة مئوية).`,
  inFront: (names) => `في المقدمة بحسب الأصوات المحتسبة حتى الآن: ${names}.`,
  tied: (names) => `تعادل على المركز الأول: ${names}.`,
  tiedForLast: (left, seats, names) =>
    left.value === 1
      ? `تعادل على آخر المقاعد وعددها ${seats.text}: ${names}.`
      : `تعادل على آخر ${left.text} من المقاعد وعددها ${seats.text}: ${names}.`,
  notDecidedByLot: 'لم يُحسم التعادل.',
  noneAhead: (none) => `«${none}» أصواته أكثر، ولا يشغل مقعدًا.`,
  quorumMissed: (took, needed, of) =>
    `لم يكتمل النصاب: ${took}، والمطلوب ${needed.text}${of === null ? '' : ` (${of})`}.`,
  quorumNotYet: (took, needed, of) =>
    `لم يكتمل النصاب بعد: ${took}، والمطلوب ${needed.text}${of === null ? '' : ` (${of})`}.`,
  needs: (has, needed, of) => `المطلوب: ${votes(needed)} (${of})، وأكثر ما ناله خيار: ${has.text}.`,
  needsOf: (name, has, needed, of) => `${name}: ${votes(has)}، والمطلوب: ${needed.text} (${of}).`,
  ballots,
  marked: (n) => `${ballots(n)} عليها اختيار`,
  share,
  canStillChange: (left) => `قد تتغير النتيجة بعد: بقيت ${ballots(left)}.`,
  cannotChange: (left) => `لم يعد ممكنًا أن تتغير النتيجة: بقيت ${ballots(left)}.`,
  andMore: (n) => `و${n.text} غيرها`,
}
