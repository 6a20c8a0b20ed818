/** Texts of rich ballots, in the booth's languages: few enough to load them together. */
import type { Figure } from '../shared/format.ts'
import { isolate } from '../shared/isolate.ts'
import type { Language } from './words.ts'

const en = {
  about: (name: string) => `About ${isolate(name)}`,
  moreAt: 'More on their website',
  photoOf: (name: string) => `Photo of ${isolate(name)}`,
  chooseBetween: (min: Figure, max: Figure) =>
    min.value === max.value ? `Choose ${min.text}, or none.` : `Choose ${min.text} to ${max.text}, or none.`,
  tooFew: (min: Figure, chosen: Figure) =>
    `Choose at least ${min.text}, or none: you have chosen ${chosen.text}.`,
  heldBy: 'Organised by',
  help: 'Need help?',
}
type RichStrings = typeof en

const es: RichStrings = {
  about: (name) => `Acerca de ${isolate(name)}`,
  moreAt: 'Más en su sitio web',
  photoOf: (name) => `Foto de ${isolate(name)}`,
  chooseBetween: (min, max) =>
    min.value === max.value ? `Elija ${min.text}, o nada.` : `Elija de ${min.text} a ${max.text}, o nada.`,
  tooFew: (min, chosen) => `Elija al menos ${min.text}, o nada: ha elegido ${chosen.text}.`,
  heldBy: 'Organiza',
  help: '¿Necesita ayuda?',
}

const ar: RichStrings = {
  about: (name) => `عن ${isolate(name)}`,
  moreAt: 'المزيد في موقعهم',
  photoOf: (name) => `صورة ${isolate(name)}`,
  chooseBetween: (min, max) =>
    min.value === max.value
      ? `اختر ${min.text} أو لا شيء.`
      : `اختر من ${min.text} إلى ${max.text} أو لا شيء.`,
  tooFew: (min, chosen) => `اختر ${min.text} على الأقل أو لا شيء: اخترت ${chosen.text}.`,
  heldBy: 'ينظمه',
  help: 'هل تحتاج إلى مساعدة؟',
}

export const RICH_STRINGS: Readonly<Record<Language, RichStrings>> = { en, es, ar }
