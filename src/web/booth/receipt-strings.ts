/** Texts of the receipt, in the booth's languages: loaded with it while the voter votes. */
import { isolate } from '../shared/isolate.ts'
import type { Language } from './words.ts'

const en = {
  tracker: 'Your tracker',
  trackerCode: 'The tracker as a QR code',
  copy: 'Copy the tracker',
  copied: 'Copied.',
  print: 'Print this receipt',
  save: 'Save the receipt',
  checkTitle: 'What the tracker is for',
  check:
    'It is the fingerprint of your recorded ballot. With it you can see for yourself that your ' +
    'ballot is in the public log of all ballots.',
  checkSaved: 'Save the receipt: it is signed, and it is your proof if your ballot is missing there.',
  checkBy: (time: string) => `Your ballot will be in the log by ${time}.`,
  checkAfterClose: (hours: string) => `Your ballot will be in the log within ${hours} h after voting closes.`,
  checkSecret:
    'Show neither to anybody: this election publishes ballots unencrypted, so anyone who has ' +
    'your tracker or your receipt can find your ballot in the log and see how you voted.',
  checkBallot: 'Check my ballot in the log',
  onlyHere: 'The receipt is only on this page, until you close it. Save or print it if you want to keep it.',
  sharedReceipt:
    'Do others use this device? Press “Done”, and delete this page from the history of the ' +
    'browser: it may hold your link, which is your key.',
  done: 'Done',
  printedAt: (time: string) => `Printed on ${time}`,
}
type Words = typeof en

const es: Words = {
  tracker: 'Su código de seguimiento',
  trackerCode: 'El código de seguimiento como código QR',
  copy: 'Copiar el código',
  copied: 'Copiado.',
  print: 'Imprimir este recibo',
  save: 'Guardar el recibo',
  checkTitle: 'Para qué sirve el código de seguimiento',
  check:
    'Es la huella de la papeleta registrada. Con él puede ver usted mismo que su papeleta está ' +
    'en el registro público de todas las papeletas.',
  checkSaved: 'Guarde el recibo: está firmado, y sirve de prueba si su papeleta falta allí.',
  checkBy: (time) => `Su papeleta estará en el registro no más tarde del ${time}.`,
  checkAfterClose: (hours) =>
    `Su papeleta estará en el registro ${hours} h después del cierre, como muy tarde.`,
  checkSecret:
    'No enseñe ninguno de los dos a nadie: en esta elección las papeletas se publican sin ' +
    'cifrar, de modo que quien tenga su código o su recibo puede encontrar su papeleta en el ' +
    'registro y ver qué votó usted.',
  checkBallot: 'Comprobar mi papeleta en el registro',
  onlyHere:
    'El recibo está solo en esta página, hasta que la cierre. Guárdelo o imprímalo si quiere conservarlo.',
  sharedReceipt:
    '¿Usan otras personas este dispositivo? Pulse «Listo» y borre esta página del historial del ' +
    'navegador: puede contener su enlace, que es su clave.',
  done: 'Listo',
  printedAt: (time) => `Impreso el ${time}`,
}

const ar: Words = {
  tracker: 'رمز التتبع',
  trackerCode: 'رمز التتبع على شكل رمز QR',
  copy: 'نسخ الرمز',
  copied: 'نُسخ.',
  print: 'اطبع هذا الإيصال',
  save: 'حفظ الإيصال',
  checkTitle: 'ما فائدة رمز التتبع',
  check: 'هو بصمة الورقة المسجَّلة. به ترى بنفسك أن ورقتك في السجل العام لجميع الأوراق.',
  checkSaved: 'احفظ الإيصال: فهو موقَّع، ويُثبت ذلك إن غابت ورقتك عن السجل.',
  checkBy: (time) => `ستكون ورقتك في السجل في موعد أقصاه ${isolate(time)}.`,
  checkAfterClose: (hours) => `ستكون ورقتك في السجل خلال ${hours} ساعة من إغلاق التصويت.`,
  checkSecret:
    'لا تُطلع عليهما أحدًا: في هذا الانتخاب تُنشر الأوراق دون تشفير، فمن لديه رمزك أو إيصالك ' +
    'يستطيع أن يجد ورقتك في السجل ويرى كيف صوّتَّ.',
  checkBallot: 'تحقق من ورقتي في السجل',
  onlyHere: 'الإيصال في هذه الصفحة وحدها حتى تغلقها. احفظه أو اطبعه إن أردت الاحتفاظ به.',
  sharedReceipt:
    'هل يستعمل آخرون هذا الجهاز؟ اضغط «تم»، واحذف هذه الصفحة من سجل المتصفح: فقد يبقى فيه رابطك، وهو مفتاحك.',
  done: 'تم',
  printedAt: (time) => `طُبع في ${isolate(time)}`,
}

export const RECEIPT_STRINGS: Readonly<Record<Language, Words>> = { en, es, ar }
