/** The letter's words in German. */
import type { LetterWords } from './en.ts'

export const words: LetterWords = {
  lang: 'de',
  dir: 'ltr',
  heading: 'Ihre Stimme',
  invitation: 'Sie können online abstimmen:',
  opens: 'Beginn der Wahl',
  ends: 'Ende der Wahl',
  district: 'Ihr Wahlbezirk',
  ballot: 'Auf Ihrem Stimmzettel',
  more: (count) => `und ${count} weitere`,
  scan: 'Scannen Sie dieses Quadrat mit dem Telefon,',
  type: 'oder öffnen Sie diese Adresse und geben Sie ein, was darunter steht:',
  voterId: 'Wählernummer',
  voterKey: 'Wahlschlüssel',
  once:
    'Der Schlüssel gilt einmal. Wer diesen Brief hat, kann an Ihrer Stelle wählen: Zeigen Sie ' +
    'ihn niemandem, und vernichten Sie ihn, wenn Sie gewählt haben.',
  trouble: 'Wenn es nicht klappt',
  troubles: [
    'Vergleichen Sie Wählernummer und Wahlschlüssel mit diesem Brief, Zeichen für Zeichen. ' +
      'Großbuchstaben, Leerzeichen und Striche spielen keine Rolle.',
    'Versuchen Sie es mit einem anderen Browser oder Gerät. Ihr Schlüssel ist nicht verbraucht, ' +
      'ehe die Seite eine Quittung zeigt.',
    'Sagt die Seite, Ihr Schlüssel sei benutzt, und Sie waren es nicht, so melden Sie es sofort ' +
      'dem Wahlveranstalter.',
  ],
  help: 'Fragen',
  helpUnknown: 'Wenden Sie sich an den Absender dieses Briefes.',
  check:
    'Jeder kann die Auszählung prüfen. Das öffentliche Protokoll dieser Wahl ist mit diesem ' +
    'Schlüssel signiert:',
  checkAt:
    'Dazu, nicht zum Abstimmen, scannen Sie das kleine Quadrat, oder öffnen Sie diese Adresse ' +
    'und geben Sie den Schlüssel ein:',
  simulated: 'Vorführung: Die Stimmen hier sind nicht echt.',
  qrTitle: 'QR-Code Ihres Links',
  at: (day, time) => `${day}, ${time} Uhr`,
}
