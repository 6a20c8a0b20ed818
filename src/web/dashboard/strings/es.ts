/** Every word of the pages in Spanish. */
import { es as outcome } from '../../../core/tally/words/es.ts'
import type { Figure } from '../../shared/format.ts'
import { isolate } from '../../shared/isolate.ts'
import type { Strings } from './en.ts'

const plurals = new Intl.PluralRules('es')
const some = (n: Figure, one: string, other: string) =>
  `${n.text} ${plurals.select(n.value) === 'one' ? one : other}`
const ballots = (n: Figure) => some(n, 'papeleta', 'papeletas')
const votes = (n: Figure) => some(n, 'voto', 'votos')
const districts = (n: Figure) => some(n, 'distrito', 'distritos')

export const es: Strings = {
  lang: 'es',
  dir: 'ltr',

  pageTitle: (election) => `${election} – resultados`,
  skipToResults: 'Ir a los resultados',
  waiting: 'Esperando al servidor…',
  waitingHint: 'Esta página sigue intentándolo y mostrará los resultados en cuanto lleguen.',
  darkMode: 'Modo oscuro',
  language: 'Idioma',

  simulated: 'Votos simulados',
  simulatedHint: 'Esto es una demostración. No son votos de personas reales.',

  phase: {
    'not-open': 'Aún no ha abierto',
    open: 'La votación está abierta',
    closed: 'La votación está cerrada',
  },
  certified: 'Certificado',
  opensAt: 'Abre',
  openedAt: 'Abrió',
  closesAt: 'Cierra',
  closedAt: 'Cerró',
  lastUpdated: 'Actualizado',
  polled: 'Su red bloquea los datos en vivo: esta página pregunta cada pocos segundos.',
  connectionLost: (time) => `Sin conexión; se muestra ${time}`,
  resultsLater: 'Resultados tras el cierre',
  resultsSoon: 'Resultados en breve: se están publicando las papeletas',
  pause: 'Pausar',
  resume: 'Seguir',
  pausedAt: (time) => `En pausa; se muestra ${time}`,
  lookingBackAt: (time) => `Como estaba a las ${time}`,
  backToNow: 'Volver a ahora',

  keyFigures: 'Cifras principales',
  eligible: 'Con derecho a voto',
  eligibleHint: 'claves emitidas',
  cast: 'Papeletas emitidas',
  lastBallot: (time) => `la última, ${time}`,
  noBallotSeen: 'ninguna todavía',
  turnout: 'Participación',
  blank: 'Papeletas en blanco',
  blankHint: 'sin ninguna opción marcada',
  blankLater: 'se muestran tras el cierre',
  outstanding: 'Pendientes',
  outstandingHint: 'claves sin usar',

  rank: 'Puesto',
  option: 'Opción',
  votes: 'Votos',
  share: 'Porcentaje',
  shareOfVotes: 'Porcentaje de los votos dados',
  shareOfBallots: 'Porcentaje de las papeletas con esta contienda',
  sharesOfVotes: 'porcentajes de los votos dados',
  sharesOfBallots: 'porcentajes de las papeletas',
  seatCount: (n) => some(n, 'puesto', 'puestos'),
  rowWords: { elected: '✓ Con puesto', passed: '✓ Aprobada', leads: 'En cabeza', tied: 'Empate' },
  optionsFrom: (from, until, all) => `${from}–${until} de ${some(all, 'opción', 'opciones')}`,
  outcome,
  andMore: (n) => `${n.text} más`,
  contestBallots: ballots,
  contestVotes: (n) => some(n, 'voto dado', 'votos dados'),
  contestBlank: (n) => `${n.text} en blanco`,
  contestUnused: (n) => some(n, 'voto sin usar', 'votos sin usar'),
  votesEach: (n) => `Hasta ${votes(n)} por persona`,
  showAllOptions: (n) => (n.value === 1 ? 'Mostrar la opción' : `Mostrar las ${n.text} opciones`),
  showFewerOptions: 'Mostrar menos',
  takeAway: 'Guardar o insertar',
  takeAwayOf: (title) => `Guardar o insertar: ${isolate(title)}`,
  save: 'Guardar como imagen',
  savePng: 'PNG',
  saveSvg: 'SVG',
  embedHint: 'Ponga el recuento en directo en su propia web:',
  copy: 'Copiar',
  copied: 'Copiado',
  noSuchContest: 'En esta elección no existe esa contienda.',
  fullResults: 'Todos los resultados',
  historyLoads: 'Se está cargando el recuento de este momento',
  historyFails: 'El recuento de este momento no se puede cargar ahora',
  turnoutKnown: 'La participación se conoce en todo momento.',
  historyFailsHint: 'Mueva el control para reintentarlo.',
  noHistory: 'De este momento no se guardó el recuento',
  noHistoryHint:
    'El recuento solo se guarda si los resultados ' +
    'son en directo, y nunca de menos de diez papeletas a la vez, para que nadie pueda leer en ' +
    'él el voto de otra persona.',

  hidden: 'El recuento se muestra tras el cierre',
  hiddenUntil: (time) =>
    `Los resultados de esta elección se publican al cerrar la votación, el ${time}. Hasta ` +
    'entonces, aquí solo se muestra la participación.',

  turnoutOverTime: 'Participación a lo largo del tiempo',
  turnoutChart: (start, end, turnout) =>
    `Gráfico de líneas: participación de ${start} a ${end}, ahora ${turnout}. Las mismas cifras ` +
    'están en la tabla de abajo.',
  scrub: 'Mirar atrás en el recuento',
  scrubNow: 'Ahora',
  turnoutNoPoints: 'La curva empieza con las primeras papeletas.',
  turnoutTable: 'Participación a lo largo del tiempo, en una tabla',
  showAsTable: 'Ver como tabla',
  sharesOverTime: 'Porcentajes a lo largo del tiempo',
  sharesChart: (start, end) =>
    `Gráfico de líneas: el porcentaje de cada opción de ${start} a ${end}. Los últimos están en ` +
    'la tabla de la contienda.',
  sharesNone: 'Las líneas empiezan cuando el recuento ha avanzado dos veces.',
  time: 'Hora',

  byDistrict: 'Por distrito',
  district: 'Distrito',
  castShort: 'Emitidas',
  leader: 'En cabeza',
  leaderOf: 'En cabeza en',
  margin: 'Ventaja',
  points: (n) => `${n} puntos`,
  change: 'Último minuto',
  changeHint: 'Papeletas que llegaron en el último minuto, según ha visto esta página',
  votesIn: (district) => `Votos en ${isolate(district)}`,
  closest: 'Más reñidos',
  growing: 'Más papeletas en el último minuto',
  latest: 'Papeletas más recientes',
  districtsInAll: districts,
  map: 'Mapa',
  mapShows: 'El mapa muestra',
  mapOf: { leader: 'quién va en cabeza', margin: 'la ventaja', turnout: 'la participación' },
  mapLabel: (shown, of) =>
    `Mapa de los distritos: ${shown}, ${isolate(of)}. La tabla de abajo tiene las mismas cifras.`,
  mapWaits: 'Se está cargando el mapa.',
  mapFails: 'El mapa no se puede mostrar ahora. La tabla tiene las mismas cifras.',
  mapless: (n) => `${some(n, 'distrito no está', 'distritos no están')} en el mapa; en la tabla, sí.`,
  nothingYet: 'sin votos contados',
  tiedShort: (n) => `${n.text} empatadas`,
  none: '–',
  fewerThan: (n) => `menos de ${n.text}`,
  withheld: 'retenidos',
  totalsOnly: 'solo en los totales',
  withheldMeaning: (n) =>
    `Los votos de un distrito se cuentan en grupos de ${n.text}. Mientras dura la votación, sus ` +
    `últimas ${n.text} papeletas o más esperan. Los distritos con menos votantes se cuentan ` +
    'juntos, solo en los totales. Así nadie puede leer en el recuento el voto de otra persona.',
  heldBack: (n) => some(n, 'papeleta está retenida.', 'papeletas están retenidas.'),
  heldBackMeaning: (n) =>
    'La participación las incluye; los votos, todavía no: las papeletas de un distrito, o de ' +
    `distritos pequeños juntos, se cuentan en grupos de ${n.text}, y las últimas esperan, para ` +
    'que nadie pueda leer en el recuento el voto de otra persona. Cerrada la votación, se ' +
    'cuentan todas.',
  heldBackBriefly: 'La participación las incluye. Los votos, a más tardar tras el cierre.',
  why: '¿Por qué?',
  ofSoManyEligible: (n) => `de ${n.text} con derecho a voto`,
  asOfNow: 'Por distrito se muestra el recuento de ahora.',
  ofEligible: (n) => `de ${n}`,
  findDistrict: 'Buscar un distrito',
  showing: (shown, all) => `Se muestran ${shown} de ${districts(all)}`,
  noDistrict: 'Ningún distrito tiene eso en su nombre.',
  showMore: 'Mostrar más',

  balance: '¿Cuadra el recuento?',
  balances: 'El recuento cuadra',
  doesNotBalance: 'El recuento no cuadra',
  balanceMeaning:
    'Cada clave usada corresponde a una papeleta guardada, y cada papeleta guardada está en el ' +
    'recuento exactamente una vez: cuatro contadores distintos, un solo número.',
  imbalanceMeaning:
    'Estos cuatro números deben ser iguales y no lo son. No hay que fiarse del resultado hasta ' +
    'que quien organiza haya explicado por qué.',
  settling: 'Contando',
  settlingMeaning:
    'Las papeletas están guardadas y pasan por el recuento: estos cuatro números vuelven a ser ' +
    'uno poco después de la última papeleta.',
  checkYourself: 'Compruébelo usted mismo',
  keysUsed: 'Claves usadas',
  ballotsStored: 'Papeletas guardadas',
  ballotsTallied: 'Papeletas contadas',
  ballotsSummed: 'Papeletas sumadas',

  pipeline: 'Cómo avanza el recuento',
  pipelineRate: 'Papeletas por segundo',
  aboutCount: 'Sobre este recuento',
  pipelineCommit: 'Tiempo hasta guardar un lote',
  pipelineViewers: 'Mirando ahora mismo',
  pipelineLast: 'Última papeleta',
  engineTally: 'Motor de recuento (Spark)',
  engineState: (state: string) =>
    state === 'counting'
      ? 'cuenta'
      : state === 'recounting'
        ? 'vuelve a contar desde la primera papeleta'
        : 'ahora no cuenta',
  engineBehind: 'Papeletas aún sin contar',
  engineBatch: 'Tiempo para contar un lote',
  engineLog: 'Registro de papeletas (Kafka)',
  engineKeys: 'Claves de votantes (Redis)',
  engineUp: 'disponible',
  engineDown: 'sin conexión; la votación espera',
  setAside: 'Registros apartados, no son papeletas',
  milliseconds: (n) => `${n} ms`,

  slideOf: (n, all) => `${n} de ${all}`,

  downloads: 'Descargas',
  downloadCsv: 'Resultados en CSV',
  downloadJson: 'Resultados en JSON',
  downloadCdf: 'Resultados como informe electoral NIST',
  downloadCertification: 'Resultado certificado, firmado (JSON)',
  downloadCertificate: 'Resultado certificado (PDF)',
  downloadsLater: 'Las descargas estarán listas tras el cierre.',
  notOfficialYet: 'Aún no oficial',
  footer: 'Recuento no oficial, directo del registro de papeletas. Digital Elections es código abierto.',
  footerCertified:
    'Resultado certificado: se comprobó y volvió a contar cada papeleta del registro público. ' +
    'Digital Elections es código abierto.',

  announceTurnout: (cast, turnout) =>
    `${some(cast, 'papeleta emitida', 'papeletas emitidas')}, participación ${turnout}.`,
}
