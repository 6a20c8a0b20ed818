/** The verifier's words in Spanish. */
import type { Figure } from '../../shared/format.ts'
import { isolate } from '../../shared/isolate.ts'
import type { Strings } from './en.ts'

const plurals = new Intl.PluralRules('es')
const some = (n: Figure, one: string, other: string) =>
  `${n.text} ${plurals.select(n.value) === 'one' ? one : other}`

export const es: Strings = {
  lang: 'es',
  dir: 'ltr',

  title: 'Compruebe usted mismo la elección',
  language: 'Idioma',
  darkMode: 'Modo oscuro',
  intro:
    'Cada papeleta es una entrada de un registro público. Esta página lee el registro entero, ' +
    'comprueba cada entrada, vuelve a contar las papeletas y compara el resultado. Todo ocurre ' +
    'en su navegador.',
  results: 'Ver el recuento',
  whoseTitle: '¿Hasta dónde puede fiarse de esta página?',
  whose:
    'De lo que dice el registro no se cree nada sin comprobarlo. Pero la propia página vino del ' +
    'servidor cuya dirección ve arriba. Quien no se fíe de ese servidor puede abrir esta página ' +
    'desde otro, o usar la orden «elections verify», e introducir allí la dirección del registro.',
  whichLog: '¿Qué registro?',
  ownLog: 'Esta elección',
  otherLog: 'Un registro en otra dirección',
  folderLog: 'Una copia de un registro en este dispositivo',
  address: 'Dirección',
  addressHint:
    'De un servidor, de la página de una elección o de un registro. Su navegador se conectará a ella.',
  folder: 'Carpeta con el registro',
  folderHint:
    'Una carpeta que contiene el archivo «checkpoint». No sale de su dispositivo. También puede ' +
    'soltarla sobre esta página.',
  pickFolder: 'Elegir una carpeta',
  picked: (files) => `${some(files, 'archivo elegido', 'archivos elegidos')}.`,
  size: (entries, size) => `Ahora tiene ${some(entries, 'entrada', 'entradas')}; se leerán unos ${size}.`,
  noSize: 'Ahora mismo no responde ahí ningún registro.',
  receiptTitle: 'Su recibo, si tiene uno',
  receiptHint:
    'El código de seguimiento, o todo el texto del archivo del recibo. Se busca aquí, en su ' +
    'navegador, y no se envía a nadie.',
  receiptSecret:
    'Las papeletas se publican sin cifrar: quien tenga su código puede ver qué votó usted. No ' +
    'enseñe a nadie ni el código ni esta página.',
  receipt: 'Código de seguimiento o recibo',
  openReceipt: 'Abrir un recibo o una imagen de su código',
  camera: 'Escanear el código con la cámara',
  cameraHint: 'Ponga el código de su recibo ante la cámara. Las imágenes no salen de su navegador.',
  cameraPicture: 'Lo que ve la cámara',
  cameraStop: 'Apagar la cámara',
  cameraDenied:
    'El navegador no deja que esta página use la cámara. Introduzca el código o abra el archivo del recibo.',
  cameraNone: 'No se encontró ninguna cámara. Introduzca el código o abra el archivo del recibo.',
  scanned: 'Se ha leído el recibo.',
  noCode: 'En esta imagen no hay ningún código que se pueda leer.',
  more: 'Para auditores: la clave del registro',
  key: 'La clave del registro',
  keyHint:
    'Como la publicó el organizador, por ejemplo example.org/council+1a2b3c4d+AbCd… Si se deja ' +
    'vacía, vale la clave recordada de la última vez, y la primera vez la que dice el propio ' +
    'registro.',
  start: 'Comprobar ahora',

  notSecure:
    'Aquí esta página no puede comprobar nada: llegó por una conexión sin cifrar, en la que otras ' +
    'personas pudieron cambiarla, y los navegadores solo comprueban firmas en conexiones seguras. ' +
    'Ábrala en una dirección que empiece por https://, o compruebe con la orden «elections verify».',
  tooOld:
    'Este navegador no puede comprobar las firmas que se usan aquí (Ed25519). Un Firefox, ' +
    'Chrome, Edge o Safari actual sí puede.',

  checkingTitle: 'Comprobando…',
  checkingHint: 'No cierre esta página. En una elección grande puede tardar.',
  starting: 'Abriendo el registro…',
  progress: (done, of) => `${done} de ${some(of, 'entrada', 'entradas')}`,
  read: (size) => `${size} leídos`,
  stop: 'Parar',
  stopped: 'Parado. No se ha averiguado nada.',
  again: 'Comprobar de nuevo',
  other: 'Comprobar otra cosa',

  failures: {
    'no-log': 'Ahí no hay ningún registro: no se encontró el archivo «checkpoint».',
    'several-logs': 'En esta carpeta hay varios registros. Elija la carpeta de uno.',
    'bad-receipt': 'Esto no es ni un código de seguimiento (43 letras, cifras, «-» y «_») ni un recibo.',
    'bad-key': 'Esto no es la clave de un registro.',
    'bad-address': 'Esto no es una dirección.',
    'key-not-remembered':
      'Esta clave no es la que este navegador recuerda para el registro. Si es la correcta, haga ' +
      'primero que el navegador olvide el registro.',
    'too-many-entries':
      'El registro tiene más entradas de las que un navegador puede comprobar. Use la orden ' +
      '«elections verify».',
    unreachable: 'No se pudo leer el registro: no responde, o no responde a páginas de otros sitios.',
    fault: 'La comprobación se interrumpió: un fallo de esta página o del navegador.',
  },

  lookUp: 'Buscar solo esta papeleta',
  lookUpHint:
    'Al instante, por grande que sea el registro: se pide al servidor la prueba de esta única ' +
    'papeleta. Así sabe que alguien en su conexión pregunta por ella. «Comprobar ahora» no le ' +
    'dice nada.',
  lookedUpIn: (leaf) =>
    `Su papeleta está en el registro: es la entrada ${leaf} de un estado firmado con su clave.`,
  lookedUpNot:
    'El servidor no tiene prueba para este código. ¿Está bien escrito? Justo después de votar es ' +
    'así por un tiempo. Solo el registro entero muestra si falta la papeleta.',
  lookedUpWrong:
    'El servidor dio una prueba que no es válida. Compruebe el registro entero y guarde su recibo.',
  lookedUpRest:
    'Si el resto del registro es correcto y el recuento también, solo lo muestra el registro entero.',
  lookedUpWhole: 'Comprobar el registro entero',

  verdictClosed: 'Comprobado',
  verdictSoFar: 'Comprobado hasta donde llega',
  verdictWrong: 'No es lo que debe ser',
  saysResult:
    'El resultado publicado es exactamente lo que suman las papeletas del registro, y el ' +
    'registro entero encaja.',
  saysNoResult:
    'El registro está entero y cerrado, y las papeletas cuadran. No se encontró ningún resultado ' +
    'publicado con que compararlas.',
  saysOpen:
    'Todo lo publicado hasta ahora está bien. El resultado podrá compararse cuando el registro esté cerrado.',
  saysHeldBack:
    'Todo lo publicado hasta ahora está bien. Las papeletas se publican tras el cierre: ' +
    'compruebe de nuevo entonces.',
  saysWrong:
    'Algo en este registro no es como debe ser. Guarde el informe y avise al organizador y a ' +
    'otras personas que comprueban.',
  certified: (time, software) => `Certificado el ${time}, con ${software}.`,
  byLot: (contest, names) => `Decidido por sorteo en ${isolate(contest)}: ${isolate(names)}.`,
  notCertified: 'El resultado no está certificado.',
  counted: (ballots) => some(ballots, 'papeleta contada', 'papeletas contadas'),
  entries: (entries) => some(entries, 'entrada', 'entradas'),
  took: (seconds) => `${seconds} segundos`,
  verdictTrust: 'Todo concuerda, pero nadie ha confirmado la clave',
  trustGenesis:
    'Nadie fuera de este registro ha respondido por su clave: un registro inventado de principio ' +
    'a fin, con una clave propia, se vería igual.',
  trustMemory:
    'La clave es la que este navegador recuerda de antes. Eso muestra que es el mismo registro, ' +
    'no que sea el del organizador.',
  trustHow:
    'Compare esta clave con la que el organizador publicó en otro lugar, en papel o en un ' +
    'periódico. Después compruebe otra vez con aquella: escríbala en «Para auditores: la clave ' +
    'del registro», escanee su código o abra el enlace del organizador.',
  keyOfLink:
    'La clave vino con el enlace que le trajo aquí: esto vale tanto como quien le dio ese enlace. ' +
    'Compare la clave con la que la organización publicó en otro lugar, en papel o en un periódico.',
  notShownTitle: 'Lo que esto no muestra',
  notShownWrong: 'Por qué está mal, con intención o por error, y si cambia quién ganó.',
  notShown: [
    'Que cada papeleta sea de la persona a quien corresponde. Muestra que no hubo más papeletas ' +
      'que claves, no en qué manos estaban, ni si alguien votó por quienes se quedaron en casa.',
    'Que la elección de cada votante se registrara como la hizo. Eso solo lo ve cada cual, con ' +
      'su propio código de seguimiento.',
    'Que nadie fuera vigilado, pagado o presionado, ni que quien opera el servidor ignore cómo votó alguien.',
    'Que el censo electoral fuera correcto: a quién se dio una clave es palabra del organizador.',
  ],
  totalsTitle: 'Votos, según el recuento hecho aquí',
  option: 'Opción',
  countedHere: 'Contados aquí',
  publishedThere: 'Publicados',
  differs: 'no coincide',
  changesTitle: 'Qué cambió durante la elección',
  extended: (at, closes) => `El ${at}: el final de la votación se pasó al ${closes}.`,
  keysAdded: (at, keys) =>
    `El ${at}: se añadieron votantes. Desde entonces hubo ${some(keys, 'clave', 'claves')}.`,
  savePage: 'Guardar el informe como página',
  print: 'Imprimir o guardar como PDF',
  whatChecked: 'Qué se comprobó',
  howMany: 'Cuántos',
  outcome: 'Resultado',
  good: 'bien',
  bad: 'mal',
  notCheckedTitle: 'Qué no se pudo comprobar',
  foundTitle: 'Qué está mal',
  andMore: (n) => `y ${n.text} más`,
  atEntry: (leaf) => `entrada ${leaf}`,
  checks: {
    checkpoint: 'El estado del registro está firmado con su clave',
    witnesses: 'También lo han firmado testigos',
    genesis: 'Elección, número de votantes y reglas son los fijados al principio',
    bundles: 'Archivos de entradas leídos enteros',
    tiles: 'Archivos de huellas rehechos a partir de las entradas y comparados',
    root: 'Huellas unidas hasta la que está firmada',
    history: 'Contiene los estados anteriores que vio este navegador',
    ballots: 'Papeletas leídas y contadas: todas permitidas, ninguna dos veces',
    amendments: 'Cambios de la elección durante su curso, en orden',
    keys: 'Distritos sin más papeletas que claves de votante',
    release: 'Nada se publicó antes de tiempo',
    end: 'La entrada que termina la votación dice lo que dicen las papeletas',
    close: 'La entrada de cierre dice lo que dicen las papeletas',
    result: 'El resultado publicado es lo que dicen las papeletas',
    certification: 'La certificación dice lo que dicen las papeletas y el registro',
    receipts: 'Recibos buscados',
  },
  findings: {
    'checkpoint-missing': 'falta el estado firmado del registro («checkpoint»)',
    'checkpoint-malformed': 'el estado firmado del registro no tiene una forma válida',
    'checkpoint-signature': 'el estado del registro no está firmado con su clave',
    'checkpoint-extension': 'el estado del registro dice más que origen, tamaño y raíz',
    'origin-differs': 'el estado firmado es de otro registro',
    'key-differs': 'el registro nombra otra clave que la conocida',
    'election-differs': 'el registro es de otra elección que la pedida',
    'genesis-missing': 'falta la entrada inicial',
    'genesis-invalid': 'la primera entrada no es una entrada inicial según el protocolo',
    'genesis-differs': 'genesis.json no es la primera entrada del registro',
    'genesis-repeated': 'hay una segunda entrada inicial',
    'definition-missing': 'falta la definición de la elección',
    'definition-differs': 'la definición no es la fijada en la entrada inicial',
    'definition-invalid': 'la definición no describe ninguna elección',
    'policy-differs': 'la entrada inicial promete otra publicación que la definición',
    'districts-missing': 'faltan los números de claves por distrito',
    'districts-differ': 'los números de claves por distrito no son los fijados en el registro',
    'districts-invalid': 'los números de claves por distrito no encajan con la elección',
    'roll-shrunk': 'un distrito tiene menos claves que antes',
    'bundle-missing': 'falta un archivo de entradas',
    'bundle-malformed': 'un archivo de entradas no contiene las que debe',
    'tile-missing': 'falta un archivo de huellas',
    'tile-width': 'un archivo de huellas no contiene tantas como debe',
    'tile-differs': 'un archivo de huellas no es el que dan las entradas',
    'root-differs': 'las entradas no dan el árbol que nombra el estado firmado',
    'entry-invalid': 'una entrada no es una papeleta válida ni otra entrada que defina el protocolo',
    'entry-not-canonical': 'una entrada no está escrita como manda el protocolo',
    'entry-of-other-election': 'una entrada es de otra elección',
    'style-unknown': 'una papeleta nombra un modelo de papeleta que la elección no define',
    'district-unknown': 'una papeleta nombra un distrito que la elección no tiene',
    'district-not-of-style': 'el distrito de una papeleta vota con otro modelo de papeleta',
    'district-must-not-be-named': 'una papeleta nombra un distrito demasiado pequeño para nombrarlo',
    'district-must-be-named': 'una papeleta no nombra distrito, y su modelo no tiene ninguno tan pequeño',
    'choices-invalid': 'una papeleta marca una opción que no está en la elección',
    'choices-overvote': 'una papeleta tiene en una contienda más votos de los que esta permite',
    'choices-outside-style': 'una papeleta vota en una contienda que su modelo no tiene',
    'nonce-repeated': 'dos papeletas tienen el mismo número aleatorio: una es copia',
    'amendment-invalid': 'un cambio no sigue el protocolo',
    'amendment-reverts': 'un cambio deshace o antedata lo que valía antes',
    'amendment-in-future': 'un cambio lleva una fecha que, según el reloj de este dispositivo, no ha llegado',
    'roll-exchanged': 'un cambio sustituye el censo electoral sin dar clave a nadie',
    'end-invalid': 'un fin de la votación no está escrito según el protocolo',
    'end-missing': 'el registro se cerró sin un fin de la votación antes',
    'end-repeated': 'hay un segundo fin de la votación',
    'end-in-future':
      'el fin de la votación lleva una fecha que, según el reloj de este dispositivo, no ha llegado',
    'end-too-early': 'el registro terminó la votación antes de que acabara',
    'end-ballots': 'el fin de la votación cuenta otras papeletas que las que hay',
    'entry-after-end': 'entre el fin de la votación y el cierre hay una entrada que no es una papeleta',
    'entries-out-of-order': 'las papeletas tras el fin de la votación no están en el orden de sus huellas',
    'rest-too-small': 'de un distrito se publicaron demasiado pocas papeletas tras el fin, y otras antes',
    'close-repeated': 'hay un segundo cierre',
    'close-invalid': 'un cierre no sigue el protocolo',
    'close-too-early': 'el registro se cerró antes de que acabara la votación',
    'entry-after-close': 'hay una entrada tras el cierre',
    'close-in-future': 'el cierre lleva una fecha que, según el reloj de este dispositivo, no ha llegado',
    'close-overdue': 'la votación terminó hace mucho y el registro no está cerrado',
    'close-ballots': 'el cierre cuenta otras papeletas que las que hay',
    'close-keys': 'el cierre cuenta otras claves que las emitidas o usadas',
    'close-totals': 'el cierre dice otros totales que las papeletas',
    'close-result': 'el resultado publicado no es el que nombra el cierre',
    'too-many-ballots': 'hay más papeletas que claves',
    'entries-before-close': 'hay entradas públicas antes del cierre, contra la regla de publicación',
    'released-too-early': 'se publicaron papeletas que entonces debían retenerse',
    'entries-overdue': 'la votación terminó hace mucho y las entradas siguen sin publicarse',
    'ballots-before-opening': 'hay papeletas y la votación no ha empezado',
    'result-missing': 'falta el resultado publicado',
    'result-malformed': 'el resultado publicado no es un documento de resultado',
    'result-differs': 'el resultado publicado difiere del recuento de las papeletas',
    'certification-malformed': 'la certificación no sigue el protocolo',
    'certification-signature': 'la certificación no está firmada con la clave del registro',
    'certification-of-other-election': 'la certificación es de otra elección',
    'certification-checkpoint': 'la certificación es de otro estado del registro',
    'certification-result': 'la certificación nombra otro resultado que el cierre',
    'certification-names': 'la certificación dice otros nombres que la definición',
    'certification-figures': 'la certificación dice otras cifras que las papeletas',
    'certification-outcome': 'la certificación nombra otros ganadores que los votos',
    'certification-backdated': 'la certificación lleva fecha anterior al cierre',
    'certification-in-future':
      'la certificación lleva una fecha que, según el reloj de este dispositivo, no ha llegado',
    'certification-of-open-log': 'la certificación es de un registro que no está cerrado',
    rollback: 'el registro tiene menos entradas que antes',
    'split-view': 'el registro ha mostrado a alguien otro árbol del mismo tamaño',
    rewritten: 'el registro ya no empieza con las entradas que tenía',
    'seen-signature': 'un estado visto antes no está firmado con la clave del registro',
    'cosignature-invalid': 'la firma de un testigo es falsa',
    'cosignatures-too-few': 'demasiado pocos testigos han firmado el estado',
    'cosignature-time': 'la firma de un testigo es de un momento en que no pudo hacerse',
    'receipt-malformed': 'el recibo no tiene una forma válida',
    'receipt-other-log': 'el recibo es de otro registro',
    'receipt-forged': 'la clave del registro no firmó la promesa del recibo',
    'promise-broken': 'el registro prometió contener ya esta papeleta, y no la contiene',
    'tracker-not-found': 'ninguna entrada tiene este código de seguimiento',
  },
  notChecked: {
    'entries-held':
      'Las papeletas y el recuento: las papeletas se publican tras el cierre. Hasta entonces, solo ' +
      'sus huellas.',
    'no-election': 'Las papeletas y el recuento: no se pudo establecer de qué elección es este registro.',
    'unsound-entries': 'El recuento, el cierre y el resultado: no todas las entradas están bien.',
    'voting-open': 'El resultado publicado: la votación sigue, y el resultado se mueve con ella.',
    'not-closed': 'El resultado publicado: la votación ha acabado, pero el registro aún no está cerrado.',
    hole: 'El árbol desde la entrada #: falta una parte o está dañada.',
    'no-result': 'El resultado publicado: no se encontró ninguno junto al registro.',
    namesake:
      'De quién es el registro: se recuerda otra clave para un registro de este nombre. Compare la ' +
      'clave con la que publicó el organizador.',
  },

  ballotTitle: 'Su papeleta',
  published: (leaf) => `Su papeleta está en el registro: es la entrada ${leaf}.`,
  notYetDue: (time) =>
    'Su papeleta aún no está en el registro, y no tiene por qué: la promesa de su recibo es para ' +
    `el ${time}. Guarde el recibo y compruebe de nuevo entonces.`,
  promiseBroken: (time) =>
    `Falta su papeleta. La clave del registro la prometió para el ${time}, y no está. Su recibo ` +
    'es la prueba: cualquiera puede comprobarla. Guárdelo junto con el informe.',
  notFound:
    'Su código no está en este registro. ¿Está bien escrito, y es de esta elección? Si acaba de ' +
    'votar, espere un momento y compruebe de nuevo. Con el recibo entero, esta página puede ' +
    'decir si se rompió una promesa.',
  cannotTell:
    'De su papeleta no se puede decir nada: lo que se leyó no está entero, o no es lo que firmó ' +
    'la clave del registro. Compruebe de nuevo, o con el propio registro.',
  otherLogReceipt: 'Su recibo es de otra elección o de otro registro. Compruébelo con aquel.',
  forged:
    'La clave de este registro no firmó la promesa de este recibo. El recibo se cambió, o lo ' +
    'hizo otra persona.',
  promiseHolds: 'Su promesa está firmada con la clave del registro.',
  noPromise: 'Sin el archivo del recibo no hay promesa que comprobar.',
  laterContent: 'Lo que dice se publica tras el cierre.',
  showBallot: 'Mostrar lo que dice de ella el registro',
  showSecret: 'Ábralo solo cuando esté a solas: muestra qué votó usted.',
  district: 'Distrito',
  noChoice: 'Nada elegido',
  rawEntry: 'La entrada, tal como está en el registro',
  saveEvidence: 'Guardar la prueba',
  saveReport: 'Guardar el informe',

  details: 'Para auditores: detalles',
  election: 'Elección',
  readAt: 'Leído en',
  here: 'Este dispositivo',
  log: 'Registro',
  root: 'Raíz',
  checkpoint: 'Estado firmado',
  keyFrom: {
    given: 'como la dio usted o el enlace que le trajo aquí',
    memory: 'recordada por este navegador desde la primera vez',
    genesis:
      'la que dice el propio registro, creída la primera vez: compárela con la que publicó el organizador',
  },
  rate: (rate) => `${rate} entradas por segundo`,
  remembered:
    'Este navegador recuerda la clave del registro y el estado que acaba de mostrar, y notará si ' +
    'alguna vez se cambia o se recorta.',
  notRemembered: 'Este navegador no deja que la página recuerde lo que vio.',
  forget: 'Olvidar este registro',
  forgotten: 'Olvidado.',
}
