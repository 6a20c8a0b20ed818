/** The booth's words in Spanish. */
import type { Figure } from '../../shared/format.ts'
import { isolate } from '../../shared/isolate.ts'
import type { Strings } from './en.ts'

const plurals = new Intl.PluralRules('es')
const some = (n: Figure, one: string, other: string) =>
  `${n.text} ${plurals.select(n.value) === 'one' ? one : other}`

export const strings: Strings = {
  lang: 'es',
  dir: 'ltr',

  pageTitle: (step, election) => `${step} – ${election}`,
  vote: 'Votar',
  language: 'Idioma',
  display: 'Pantalla',
  textSize: 'Tamaño del texto',
  contrast: 'Alto contraste',
  darkMode: 'Modo oscuro',
  simulated: 'Demostración: los votos aquí no son reales.',

  loading: 'Abriendo la papeleta…',
  checking: 'Comprobando su clave…',
  moment: 'Tardará un momento.',

  unfinished:
    'Desde este navegador se envió una papeleta y no llegó respuesta. Si era suya, abra de nuevo ' +
    'su enlace o introduzca su clave: verá si se registró.',

  welcomeTitle: 'Su papeleta',
  district: 'Distrito',
  contests: 'En su papeleta',
  contestCount: (n) => some(n, 'contienda', 'contiendas'),
  votingCloses: 'La votación se cierra',
  welcomeHint:
    'Puede cambiarlo todo hasta que pulse «Emitir mi papeleta» al final. Antes de eso no se registra nada.',
  noReload:
    'Si cierra esta página antes de emitir, se pierde lo que eligió; su clave no se gasta. Abra ' +
    'de nuevo su enlace o introduzca su clave.',
  privateWindow:
    '¿Usan otras personas este dispositivo? Abra su enlace en una ventana privada: el historial ' +
    'del navegador guarda el enlace, y el enlace es su clave.',
  start: 'Empezar',

  contestOf: (i, n) => `Contienda ${i} de ${n}`,
  chooseOne: 'Elija una opción, o ninguna.',
  chooseUpTo: (n) => `Elija hasta ${n.text}, o ninguna.`,
  left: (n) =>
    n.value === 0
      ? 'No le quedan opciones por elegir'
      : `Puede elegir ${some(n, 'opción más', 'opciones más')}`,
  overvote: (n, name) =>
    `${isolate(name)} no se ha añadido: ya ha elegido ${some(n, 'opción', 'opciones')}. Quite antes una.`,
  clear: 'Borrar mi elección',
  cleared: 'Su elección se ha borrado.',
  back: 'Atrás',
  next: 'Siguiente',
  toReview: 'Revisar',

  reviewTitle: 'Revise su papeleta',
  reviewHint: 'Su papeleta aún no se ha emitido.',
  change: 'Cambiar',
  changeWhat: (contest) => `Cambiar ${isolate(contest)}`,
  noChoice: 'Sin elección',
  couldChoose: (n) => `Aquí aún puede elegir ${some(n, 'opción', 'opciones')}.`,
  blankTitle: 'Su papeleta está en blanco',
  blankHint:
    'No ha elegido nada en ninguna contienda. Una papeleta en blanco se cuenta como tal y consume su clave.',
  blankConfirm: 'Sí, quiero emitir una papeleta en blanco',
  blankMissing: 'Marque la casilla para emitir una papeleta en blanco, o elija una opción.',
  castTitle: 'Emitir la papeleta',
  castHint: 'Después ya no se puede cambiar nada, y su clave no se puede volver a usar.',
  cast: 'Emitir mi papeleta',

  castingTitle: 'Emitiendo su papeleta…',
  castingHint: 'Mantenga abierta esta página hasta que vea que su papeleta está registrada.',
  unsureTitle: 'Aún no es seguro: seguimos preguntando',
  unsure:
    'El servidor no ha respondido. Su papeleta puede estar registrada o no. Esta página pregunta ' +
    'de nuevo automáticamente, y una papeleta solo puede contar una vez.',
  notYetTitle: 'Aún no registrada: seguimos intentándolo',
  notYet: 'El servidor está ocupado y no ha registrado su papeleta. Se envía de nuevo automáticamente.',
  kept:
    'También puede cerrar esta página; sus elecciones se pierden con ella. Cuando abra de nuevo ' +
    'su enlace o introduzca su clave en este navegador, verá si su papeleta se registró, y podrá ' +
    'votar si no fue así.',
  notKept:
    'Mantenga abierta esta página: este navegador no puede recordar su papeleta. Si la cierra ' +
    'ahora, aquí ya no podrá saber si se registró.',

  waitTitle: 'El servidor no responde',
  waitLost: 'Quizá no haya conexión. Esta página lo intenta de nuevo automáticamente. No se ha emitido nada.',
  busyTitle: 'El servidor está ocupado',
  waitBusy:
    'Mucha gente está votando ahora. Esta página lo intenta de nuevo automáticamente. No se ha emitido nada.',
  tooManyTitle: 'Demasiados intentos',
  tooMany:
    'Desde su conexión llegaron demasiadas claves erróneas, quizá de otras personas que la ' +
    'comparten. Esta página lo intenta de nuevo automáticamente.',
  tryingIn: (n) => `Próximo intento en ${some(n, 'segundo', 'segundos')}`,
  trying: 'Intentándolo ahora…',
  tryNow: 'Intentar ahora',
  otherKey: 'Introducir una clave',

  receiptTitle: 'Su papeleta está registrada',
  receiptDone: 'Está guardada y será contada. Ha terminado.',
  recordedEarlier:
    'Es la papeleta que envió antes desde este navegador. Está guardada y será contada. La ' +
    'respuesta se perdió, por eso aquí no hay recibo.',
  seeResults: 'Ver el recuento',
  finishedTitle: 'Ha terminado',
  finished: 'Su papeleta sigue registrada. Puede cerrar esta página.',

  notCast: 'La papeleta que hizo en esta página no se ha registrado.',
  notCastBefore: 'La papeleta que se envió antes desde este navegador no se ha registrado.',
  notCastOther: 'Con su clave se registró otra papeleta, y una clave cuenta una sola vez.',
  checkAgain: 'Comprobar de nuevo',
  askOrganiser: 'Si necesita ayuda, pregunte al organizador de la elección.',
  notOpenTitle: 'La votación aún no está abierta',
  opensOn: (time) => `Se abre el ${time}. Guarde hasta entonces su enlace o carta; no se ha gastado nada.`,
  closedTitle: 'La votación está cerrada',
  closed: 'Ya no se aceptan papeletas en esta elección.',
  usedTitle: 'Esta clave ya se ha usado',
  used:
    'Con ella se registró antes una papeleta, y una clave cuenta una sola vez. Si la emitió ' +
    'usted, todo está bien: se cuenta.',
  usedByOther: 'Si no fue usted, avise de inmediato al organizador.',
  unknownTitle: 'Esta clave no está en el censo electoral',
  unknown:
    'La clave no corresponde a esta elección. Compruebe que la carta es de esta elección e ' +
    'introdúzcala de nuevo.',
  noElectionTitle: 'Aquí no existe esa elección',
  noElection: 'Compare la dirección con su carta o mensaje.',
  brokenTitle: 'Esta página no funciona en este navegador',
  broken: 'Quizá el navegador sea demasiado antiguo. Use otro navegador u otro dispositivo.',
  brokenUnsent: 'No se ha emitido nada, y su clave no se ha gastado.',
  brokenSent:
    'Su papeleta puede estar registrada o no. Abra allí su enlace o introduzca su clave: lo ' +
    'verá, y una papeleta cuenta una sola vez.',
  insecure:
    'Esta página llegó por una conexión sin cifrar: quien gestione la red entre usted y el ' +
    'servidor puede leer su clave y su voto. Pida una dirección que empiece por https.',
  notRemembered:
    'Este navegador no guarda nada. Después de «Emitir mi papeleta» mantenga abierta esta página ' +
    'hasta que diga que su papeleta está registrada.',
  restored: 'Vuelve a estar lo que eligió antes de recargar la página. Revíselo.',
  sample: 'Papeleta de muestra: aquí no se emite, guarda ni envía nada.',
  sampleLink: 'Ver una muestra de la papeleta',
  sampleEnd:
    'En su papeleta verdadera la emitiría aquí. Esto es una muestra: no hay nada que emitir, y ' +
    'nadie sabrá qué eligió.',
  sampleAgain: 'Verla otra vez',

  rejectedTitle: 'El servidor no lo ha aceptado',
  rejected: (code) => `No se registró nada. Dígale al organizador esta palabra: ${code}`,
}
