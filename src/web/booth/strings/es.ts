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

  keyTitle: 'Introduzca su clave de votante',
  keyIntro: 'Ambos datos están en la carta o el mensaje que recibió del organizador.',
  voterId: 'Identificador de votante',
  voterIdHint: 'Exactamente como está impreso.',
  keyCode: 'Clave de votante',
  keyCodeHint:
    '28 letras y cifras en grupos de cuatro. No importan los espacios, los guiones ni las mayúsculas.',
  continue: 'Continuar',
  voterIdEmpty: 'Introduzca su identificador de votante.',
  codeFaults: {
    empty: 'Introduzca su clave de votante.',
    'wrong-character': 'Hay un carácter que ninguna clave tiene. Solo letras y cifras, y nunca la U.',
    'too-short': 'Esta clave es demasiado corta: falta una parte.',
    'too-long': 'Esta clave es demasiado larga.',
    mistyped: 'El identificador y la clave no concuerdan. Compare ambos con su carta, carácter por carácter.',
  },
  notSent: 'No se ha enviado nada.',
  damagedLink: 'Su enlace no está completo. Ábralo de nuevo desde el mensaje, o introduzca aquí su clave.',
  unfinished:
    'Desde este navegador se envió una papeleta y no llegó respuesta. Si era suya, abra de nuevo su enlace o introduzca su clave: verá si se registró.',

  welcomeTitle: 'Su papeleta',
  district: 'Distrito',
  contests: 'En su papeleta',
  contestCount: (n) => some(n, 'votación', 'votaciones'),
  votingCloses: 'La votación se cierra',
  welcomeHint:
    'Puede cambiarlo todo hasta que pulse «Emitir mi papeleta» al final. Antes de eso no se registra nada.',
  noReload: 'Si esta página se cierra o se recarga, abra de nuevo su enlace o introduzca otra vez su clave.',
  privateWindow:
    '¿Usan otras personas este dispositivo? Abra su enlace en una ventana privada: el historial del navegador guarda el enlace, y el enlace es su clave.',
  start: 'Empezar',

  contestOf: (i, n) => `Votación ${i} de ${n}`,
  chooseOne: 'Elija una opción, o ninguna.',
  chooseUpTo: (n) => `Elija hasta ${n.text}, o ninguna.`,
  left: (n) =>
    n.value === 0
      ? 'No le quedan opciones por elegir'
      : `Puede elegir ${some(n, 'opción más', 'opciones más')}`,
  overvote: (n, name) =>
    `${isolate(name)} no se ha añadido: ya ha elegido ${some(n, 'opción', 'opciones')}, el máximo posible. Para elegir otra, quite antes una.`,
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
    'No ha elegido nada en ninguna votación. Una papeleta en blanco se cuenta como tal y consume su clave.',
  blankConfirm: 'Sí, quiero emitir una papeleta en blanco',
  blankMissing: 'Marque la casilla para emitir una papeleta en blanco, o elija una opción.',
  castTitle: 'Emitir la papeleta',
  castHint: 'Después ya no se puede cambiar nada, y su clave no se puede volver a usar.',
  cast: 'Emitir mi papeleta',

  castingTitle: 'Emitiendo su papeleta…',
  castingHint: 'Mantenga abierta esta página hasta que vea que su papeleta está registrada.',
  unsureTitle: 'Aún no es seguro: seguimos preguntando',
  unsure:
    'El servidor no ha respondido. Su papeleta puede estar registrada o no. Esta página pregunta de nuevo automáticamente, y una papeleta solo puede contar una vez.',
  notYetTitle: 'Aún no registrada: seguimos intentándolo',
  notYet: 'El servidor está ocupado y no ha registrado su papeleta. Se envía de nuevo automáticamente.',
  kept: 'También puede cerrar esta página; sus elecciones se pierden con ella. Cuando abra de nuevo su enlace o introduzca su clave en este navegador, verá si su papeleta se registró, y podrá votar si no fue así.',
  notKept:
    'Mantenga abierta esta página: este navegador no puede recordar su papeleta. Si la cierra ahora, aquí ya no podrá saber si se registró.',

  waitTitle: 'El servidor no responde',
  waitLost: 'Quizá no haya conexión. Esta página lo intenta de nuevo automáticamente. No se ha emitido nada.',
  busyTitle: 'El servidor está ocupado',
  waitBusy:
    'Mucha gente está votando ahora. Esta página lo intenta de nuevo automáticamente. No se ha emitido nada.',
  tooManyTitle: 'Demasiados intentos',
  tooMany:
    'Desde su conexión llegaron demasiadas claves erróneas, quizá de otras personas que la comparten. Esta página lo intenta de nuevo automáticamente.',
  tryingIn: (n) => `Próximo intento en ${some(n, 'segundo', 'segundos')}`,
  trying: 'Intentándolo ahora…',
  tryNow: 'Intentar ahora',
  otherKey: 'Introducir una clave',

  receiptTitle: 'Su papeleta está registrada',
  receiptDone: 'Está guardada y será contada. Ha terminado.',
  recordedEarlier:
    'Es la papeleta que envió antes desde este navegador. Está guardada y será contada. La respuesta se perdió, por eso aquí no hay recibo.',
  tracker: 'Su código de seguimiento',
  trackerCode: 'El código de seguimiento como código QR',
  copy: 'Copiar el código',
  copied: 'Copiado.',
  print: 'Imprimir este recibo',
  save: 'Guardar el recibo',
  checkTitle: 'Para qué sirve el código de seguimiento',
  check:
    'Es la huella de la papeleta registrada. Con él puede ver usted mismo que su papeleta está en el registro público de todas las papeletas. Guarde el recibo: está firmado, y sirve de prueba si su papeleta falta allí.',
  checkBy: (time) => `Su papeleta estará en el registro no más tarde del ${time}.`,
  checkAfterClose: (hours) =>
    `Su papeleta estará en el registro ${hours} h después del cierre, como muy tarde.`,
  checkSecret:
    'No enseñe ninguno de los dos a nadie: en esta elección las papeletas se publican sin cifrar, de modo que quien tenga su código o su recibo puede encontrar su papeleta en el registro y ver qué votó usted.',
  checkBallot: 'Comprobar mi papeleta en el registro',
  seeResults: 'Ver el recuento',
  onlyHere:
    'El recibo está solo en esta página, hasta que la cierre. Guárdelo o imprímalo si quiere conservarlo.',
  sharedReceipt:
    '¿Usan otras personas este dispositivo? Pulse «Listo» y borre esta página del historial del navegador: puede contener su enlace, que es su clave.',
  done: 'Listo',
  finishedTitle: 'Ha terminado',
  finished: 'Su papeleta sigue registrada. Puede cerrar esta página.',

  notCast: 'La papeleta que hizo en este navegador no se ha registrado.',
  checkAgain: 'Comprobar de nuevo',
  askOrganiser: 'Si necesita ayuda, pregunte al organizador de la votación.',
  notOpenTitle: 'La votación aún no está abierta',
  opensOn: (time) => `Se abre el ${time}. Guarde hasta entonces su enlace o carta; no se ha gastado nada.`,
  closedTitle: 'La votación está cerrada',
  closed: 'Ya no se aceptan papeletas en esta elección.',
  usedTitle: 'Esta clave ya se ha usado',
  used: 'Con ella se registró antes una papeleta, y una clave cuenta una sola vez. Si la emitió usted, todo está bien: se cuenta.',
  usedByOther: 'Si no fue usted, avise de inmediato al organizador.',
  unknownTitle: 'Esta clave no está en el censo electoral',
  unknown:
    'La clave no corresponde a esta elección. Compruebe que la carta es de esta elección e introdúzcala de nuevo.',
  noElectionTitle: 'Aquí no existe esa elección',
  noElection: 'Compare la dirección con su carta o mensaje.',
  rejectedTitle: 'El servidor no lo ha aceptado',
  rejected: (code) => `No se registró nada. Dígale al organizador esta palabra: ${code}`,
}
