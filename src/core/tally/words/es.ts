/** Results in Spanish. */

import type { Threshold } from '../../election/share.ts'
import type { Figure, OutcomeWords } from '../outcome-words.ts'

const plurals = new Intl.PluralRules('es')
const some = (n: Figure, one: string, other: string) =>
  `${n.text} ${plurals.select(n.value) === 'one' ? one : other}`
const votes = (n: Figure) => some(n, 'voto', 'votos')
const ballots = (n: Figure) => some(n, 'papeleta', 'papeletas')

const FRACTIONS: Readonly<Record<string, string>> = {
  ...{ '1/2': 'la mitad', '1/3': 'un tercio', '2/3': 'dos tercios', '1/4': 'un cuarto' },
  ...{ '3/4': 'tres cuartos', '1/1': 'todo' },
}
const WHOLES = {
  ...{ votes: 'los votos dados', ballots: 'las papeletas' },
  eligible: 'quienes tienen derecho',
} as const

const share = ({ is, fraction: { numerator, denominator }, of }: Threshold) => {
  const by = `${numerator}/${denominator}`
  const part = FRACTIONS[by] ?? (denominator === 100 ? `${numerator} %` : by)
  return `${is === 'more_than' ? 'más de' : 'al menos'} ${part} de ${WHOLES[of]}`
}

export const es: OutcomeWords = {
  noVotesYet: 'Todavía no se ha contado ningún voto.',
  noVotes: 'No hay votos.',
  elected: (names, n) => `${n === 1 ? 'Obtiene el puesto' : 'Obtienen los puestos'}: ${names}.`,
  electedByLot: (names, n) =>
    `${n === 1 ? 'Obtiene el puesto' : 'Obtienen los puestos'} por sorteo tras un empate: ${names}.`,
  vacant: (seats) => some(seats, 'puesto queda vacante.', 'puestos quedan vacantes.'),
  nobody: 'No resulta elegida ninguna opción.',
  nobodyYet: 'Con los votos contados hasta ahora, ninguna opción tiene suficientes.',
  passed: 'Aprobado.',
  rejected: 'Rechazado.',
  wouldPass: 'Con los votos contados hasta ahora se aprobaría.',
  wouldFail: 'Con los votos contados hasta ahora se rechazaría.',
  ahead: (first, second, margin, points) =>
    `Con los votos contados hasta ahora, ${first} aventaja a ${second} en ${votes(margin)} ` +
    `(${points} puntos).`,
  aheadAtLastSeat: (seats, last, next, margin, points) =>
    `Con los votos contados hasta ahora, ${last} aventaja a ${next} en ${votes(margin)} ` +
    `(${points} puntos) por el último de ${seats.text} puestos.`,
  wonBy: (second, margin, points) => `Aventaja a ${second} en ${votes(margin)} (${points} puntos).`,
  lastSeatBy: (seats, last, next, margin, points) =>
    `Por el último de ${seats.text} puestos, ${last} aventajó a ${next} en ${votes(margin)} ` +
    `(${points} puntos).`,
  inFront: (names, n) => `Con los votos contados hasta ahora, ${n === 1 ? 'va' : 'van'} en cabeza: ${names}.`,
  tied: (names) => `Empate en el primer puesto: ${names}.`,
  tiedForLast: (left, seats, names) =>
    left.value === 1
      ? `Empate por el último de ${seats.text} puestos: ${names}.`
      : `Empate por los últimos ${left.text} de ${seats.text} puestos: ${names}.`,
  notDecidedByLot: 'El empate no está resuelto.',
  noneAhead: (none) => `«${none}» tiene más votos y no ocupa ningún puesto.`,
  quorumMissed: (took, needed, of) =>
    `No se alcanzó el quórum: ${took}; hacían falta ${needed.text}${of === null ? '' : ` (${of})`}.`,
  quorumNotYet: (took, needed, of) =>
    `Aún no se alcanza el quórum: ${took}; hacen falta ${needed.text}${of === null ? '' : ` (${of})`}.`,
  needs: (has, needed, of) => `Hacen falta ${votes(needed)} (${of}); la opción más votada tiene ${has.text}.`,
  needsOf: (name, has, needed, of) => `${name}: ${votes(has)}; hacen falta ${needed.text} (${of}).`,
  ballots,
  marked: (n) => some(n, 'papeleta con alguna marca', 'papeletas con alguna marca'),
  share,
  canStillChange: (left) => `Aún puede cambiar: ${ballots(left)} por contar.`,
  cannotChange: (left) => `Ya no puede cambiar: ${ballots(left)} por contar.`,
  andMore: (n) => `${n.text} más`,
}
