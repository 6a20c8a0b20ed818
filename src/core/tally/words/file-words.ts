/**
 * The words of files and the terminal for a result, besides its sentences: rows that are not
 * options, and one word per option.
 */
import type { Figure } from '../outcome-words.ts'

export interface FileWords {
  readonly allDistricts: string
  /** Districts whose votes are in one row. */
  readonly together: string
  readonly blankBallots: string
  readonly votesNotUsed: string
  readonly elected: string
  readonly electedByLot: string
  readonly leads: string
  readonly tied: string
  readonly passed: string
  readonly rejected: string
  readonly quorumMissed: string
  readonly heldBack: (ballots: Figure, group: Figure) => string
}

const en: FileWords = {
  ...{ allDistricts: 'All districts', together: 'Districts counted together' },
  ...{ blankBallots: 'Blank ballots', votesNotUsed: 'Votes not used' },
  ...{ elected: 'elected', electedByLot: 'elected by lot', leads: 'leads', tied: 'tied' },
  ...{ passed: 'passed', rejected: 'rejected', quorumMissed: 'quorum not reached' },
  heldBack: (ballots, group) =>
    `${ballots.text} more are held: the ballots of a district are counted in groups of ` +
    `${group.text}, the last ones after voting has closed`,
}

const es: FileWords = {
  ...{ allDistricts: 'Todos los distritos', together: 'Distritos contados juntos' },
  ...{ blankBallots: 'Papeletas en blanco', votesNotUsed: 'Votos no usados' },
  ...{ elected: 'obtiene puesto', electedByLot: 'obtiene puesto por sorteo', leads: 'en cabeza' },
  ...{ tied: 'empate', passed: 'aprobado', rejected: 'rechazado', quorumMissed: 'quórum no alcanzado' },
  heldBack: (ballots, group) =>
    `Otras ${ballots.text} están retenidas: las de un distrito se cuentan en grupos de ` +
    `${group.text}, las últimas tras el cierre`,
}

const ar: FileWords = {
  ...{ allDistricts: 'كل الدوائر', together: 'دوائر محسوبة معًا' },
  ...{ blankBallots: 'أوراق بيضاء', votesNotUsed: 'أصوات غير مستعملة' },
  ...{ elected: 'فائز', electedByLot: 'فائز بالقرعة', leads: 'متقدم', tied: 'تعادل' },
  ...{ passed: 'أُقرَّ', rejected: 'رُفض', quorumMissed: 'لم يكتمل النصاب' },
  heldBack: (ballots, group) =>
    `أوراق محجوزة لم تُحتسب بعد: ${ballots.text}. تُحتسب أوراق كل دائرة في مجموعات من ` +
    `${group.text}، وآخرها بعد إغلاق التصويت`,
}

export const FILE_WORDS = { en, es, ar } as const
