/** The letter's words in Spanish. */
import type { LetterWords } from './en.ts'

export const words: LetterWords = {
  lang: 'es',
  dir: 'ltr',
  heading: 'Su voto',
  invitation: 'Puede votar por internet en:',
  opens: 'La votación se abre',
  ends: 'La votación se cierra',
  district: 'Su distrito',
  ballot: 'En su papeleta',
  more: (count) => `y ${count} más`,
  scan: 'Escanee este cuadrado con su teléfono,',
  type: 'o abra esta dirección y escriba lo que figura debajo:',
  voterId: 'Identificador de votante',
  voterKey: 'Clave de votante',
  once:
    'La clave sirve una sola vez. Quien tenga esta carta puede votar en su lugar: no la enseñe a ' +
    'nadie y destrúyala cuando haya votado.',
  trouble: 'Si no funciona',
  troubles: [
    'Compare el identificador y la clave con esta carta, carácter por carácter. No importan las ' +
      'mayúsculas, los espacios ni los guiones.',
    'Pruebe con otro navegador u otro dispositivo. Su clave no se gasta antes de que la página ' +
      'muestre un recibo.',
    'Si la página dice que su clave ya se usó y no fue usted, avise enseguida al organizador.',
  ],
  help: 'Preguntas',
  helpUnknown: 'Pregunte a quien le envió esta carta.',
  check:
    'Cualquiera puede comprobar el recuento. El registro público de esta elección está firmado ' +
    'con esta clave:',
  checkAt: 'Para eso, no para votar, escanee el cuadrado pequeño o abra esta dirección y escriba la clave:',
  simulated: 'Demostración: los votos aquí no son reales.',
  qrTitle: 'Código QR de su enlace',
  at: (day, time) => `${day}, ${time}`,
}
