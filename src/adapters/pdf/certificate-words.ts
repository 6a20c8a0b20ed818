/**
 * The certificate's words, by language; core/tally/words has the sentences about a contest's
 * outcome.
 */
import type { WordsLanguage } from '../../core/tally/result-reader.ts'

export interface CertificateWords {
  readonly certifiedResult: string
  readonly certifiedOn: (moment: string) => string
  readonly simulated: string
  readonly keysIssued: string
  readonly ballotsCast: string
  readonly turnout: string
  readonly manyRows: (rows: string) => string
  readonly missingLetters: (letters: string) => string
  /** Explains why the words are in English but the names are not. */
  readonly otherLanguage: (tag: string) => string
  readonly votesEach: (votes: string) => string
  readonly byLotFor: string
  readonly option: string
  readonly votes: string
  readonly share: string
  readonly totals: (ballots: string, given: string, blank: string) => readonly string[]
  readonly notUsed: (votes: string) => string
  readonly district: string
  readonly ballots: string
  readonly blank: string
  readonly inTotalsOnly: string
  readonly howToCheck: string
  readonly whatIsPublic: string
  readonly log: string
  readonly entries: string
  readonly root: string
  readonly signedCheckpoint: string
  readonly publicLog: string
  readonly resultHash: string
  readonly certificationHash: string
  readonly checked: string
  /**
   * What was done before signing.
   * @param ballots the number of ballots, as text
   */
  readonly countedAgain: (ballots: string) => string
  readonly signedForBoard: string
  readonly nameAndOffice: string
  readonly signature: string
  readonly placeAndDate: string
  readonly certification: (start: string) => string
  readonly page: (page: string, of: string) => string
}

const en: CertificateWords = {
  certifiedResult: 'CERTIFIED RESULT',
  certifiedOn: (moment) => `Certified on ${moment}`,
  simulated: 'Simulated votes: this is a demonstration. These are not the votes of real people.',
  ...{ keysIssued: 'Voter keys issued', ballotsCast: 'Ballots cast', turnout: 'Turnout' },
  manyRows: (rows) =>
    `The votes by district take ${rows} rows: they are in the result document and in results.csv.`,
  missingLetters: (letters) =>
    `Names in [brackets] are ids, because no font here has ${letters}. The names are in ` +
    'certification.json, the signed document.',
  otherLanguage: (tag) =>
    `Names are in the election’s language “${tag}”. The other words are in English, because ` +
    'this program has no translation into it.',
  votesEach: (votes) => `Each voter had up to ${votes} votes.`,
  byLotFor: 'Decided by lot for:',
  ...{ option: 'Option', votes: 'Votes', share: 'Share of votes' },
  totals: (ballots, given, blank) => [`${ballots} ballots`, `${given} votes given`, `${blank} blank`],
  notUsed: (votes) => `${votes} votes not used`,
  ...{ district: 'District', ballots: 'Ballots', blank: 'Blank', inTotalsOnly: 'in the totals only' },
  howToCheck: 'How to check it',
  whatIsPublic:
    'Every ballot is in a public log. Anyone can download it, count it again and compare. ' +
    'The program below does this, and you need not trust anyone.',
  ...{ log: 'Log', entries: 'Entries', root: 'Root' },
  ...{ signedCheckpoint: 'The signed checkpoint', publicLog: 'The public log' },
  ...{
    resultHash: 'Result, SHA-256',
    certificationHash: 'Certification, SHA-256',
    checked: 'Before signing',
  },
  countedAgain: (ballots) =>
    `ballots of the public log read and counted again: ${ballots}; every check is listed in ` +
    'certification.json',
  signedForBoard: 'Signed for the election board',
  ...{ nameAndOffice: 'Name and office', signature: 'Signature', placeAndDate: 'Place and date' },
  certification: (start) => `certification ${start}…`,
  page: (page, of) => `Page ${page} of ${of}`,
}

const es: CertificateWords = {
  certifiedResult: 'RESULTADO CERTIFICADO',
  certifiedOn: (moment) => `Certificado el ${moment}`,
  simulated: 'Votos simulados: esto es una demostración. No son votos de personas reales.',
  ...{ keysIssued: 'Claves emitidas', ballotsCast: 'Papeletas emitidas', turnout: 'Participación' },
  manyRows: (rows) =>
    `Los votos por distrito ocupan ${rows} filas: están en el documento de resultados y en results.csv.`,
  missingLetters: (letters) =>
    'Los nombres entre [corchetes] son identificadores: aquí ningún tipo de letra tiene ' +
    `${letters}. Los nombres están en certification.json, que es lo firmado.`,
  otherLanguage: (tag) => `Los nombres están en «${tag}».`,
  votesEach: (votes) => `Cada votante tenía hasta ${votes} votos.`,
  byLotFor: 'Decidido por sorteo para:',
  ...{ option: 'Opción', votes: 'Votos', share: 'Parte de los votos' },
  totals: (ballots, given, blank) => [
    ...[`Papeletas: ${ballots}`, `votos dados: ${given}`, `en blanco: ${blank}`],
  ],
  notUsed: (votes) => `votos no usados: ${votes}`,
  ...{ district: 'Distrito', ballots: 'Papeletas', blank: 'En blanco', inTotalsOnly: 'solo en los totales' },
  howToCheck: 'Cómo comprobarlo',
  whatIsPublic:
    'Todas las papeletas están en un registro público. Cualquiera puede descargarlo, contarlo de ' +
    'nuevo y comparar. El programa siguiente lo hace, y no hace falta confiar en nadie.',
  ...{ log: 'Registro', entries: 'Entradas', root: 'Raíz' },
  ...{ signedCheckpoint: 'El punto de control', publicLog: 'El registro público' },
  ...{ resultHash: 'Resultado, SHA-256', certificationHash: 'Certificación, SHA-256' },
  checked: 'Antes de firmar',
  countedAgain: (ballots) =>
    `papeletas del registro público leídas y contadas de nuevo: ${ballots}; todas las ` +
    'comprobaciones están en certification.json',
  signedForBoard: 'Firmado por la junta electoral',
  ...{ nameAndOffice: 'Nombre y cargo', signature: 'Firma', placeAndDate: 'Lugar y fecha' },
  certification: (start) => `certificación ${start}…`,
  page: (page, of) => `Página ${page} de ${of}`,
}

const ar: CertificateWords = {
  certifiedResult: 'نتيجة مصدَّقة',
  certifiedOn: (moment) => `صُدِّق عليها في ${moment}`,
  simulated: 'أصوات محاكاة: هذا عرض تجريبي، وليست أصوات أشخاص حقيقيين.',
  ...{ keysIssued: 'مفاتيح الناخبين الصادرة', ballotsCast: 'أوراق الاقتراع', turnout: 'نسبة المشاركة' },
  manyRows: (rows) =>
    `الأصوات بحسب الدوائر تملأ صفوفًا عددها ${rows}: هي في وثيقة النتيجة وفي \u2068results.csv\u2069.`,
  missingLetters: (letters) =>
    `الأسماء بين [قوسين] معرّفات: لا خط هنا فيه \u2068${letters}\u2069. الأسماء نفسها في ` +
    `\u2068certification.json\u2069، وهو الموقَّع.`,
  otherLanguage: (tag) => `الأسماء بلغة «${tag}».`,
  votesEach: (votes) => `لكل ناخب أصوات عددها ${votes} على الأكثر.`,
  byLotFor: 'حُسم بالقرعة لصالح:',
  ...{ option: 'الخيار', votes: 'الأصوات', share: 'نسبة الأصوات' },
  totals: (ballots, given, blank) => [
    ...[`أوراق الاقتراع: ${ballots}`, `الأصوات المعطاة: ${given}`, `البيضاء: ${blank}`],
  ],
  notUsed: (votes) => `أصوات غير مستعملة: ${votes}`,
  ...{ district: 'الدائرة', ballots: 'الأوراق', blank: 'البيضاء', inTotalsOnly: 'في المجاميع فقط' },
  howToCheck: 'كيف يُتحقَّق منها',
  whatIsPublic:
    'كل ورقة اقتراع في سجل عام. يمكن لأي شخص تنزيله وعدّه من جديد والمقارنة. البرنامج أدناه ' +
    'يفعل ذلك، ولا يلزمه أن يثق بأحد.',
  ...{ log: 'السجل', entries: 'القيود', root: 'الجذر' },
  ...{ signedCheckpoint: 'نقطة التحقق الموقَّعة', publicLog: 'السجل العام' },
  ...{ resultHash: 'النتيجة، \u2068SHA-256\u2069', certificationHash: 'التصديق، \u2068SHA-256\u2069' },
  checked: 'قبل التوقيع',
  countedAgain: (ballots) =>
    `أوراق قُرئت من السجل العام وعُدّت من جديد: ${ballots}؛ قائمة الفحوص كلها في ` +
    `\u2068certification.json\u2069`,
  signedForBoard: 'وُقِّع عن لجنة الانتخابات',
  ...{ nameAndOffice: 'الاسم والصفة', signature: 'التوقيع', placeAndDate: 'المكان والتاريخ' },
  certification: (start) => `التصديق \u2068${start}…\u2069`,
  page: (page, of) => `صفحة ${page} من ${of}`,
}

export const CERTIFICATE_WORDS: Readonly<Record<WordsLanguage, CertificateWords>> = { en, es, ar }
