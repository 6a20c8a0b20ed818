/** The letter's words in French. */
import type { LetterWords } from './en.ts'

export const words: LetterWords = {
  lang: 'fr',
  dir: 'ltr',
  heading: 'Votre vote',
  invitation: 'Vous pouvez voter en ligne :',
  opens: 'Ouverture du vote',
  ends: 'Clôture du vote',
  district: 'Votre circonscription',
  ballot: 'Sur votre bulletin',
  more: (count) => `et ${count} de plus`,
  scan: 'Scannez ce carré avec votre téléphone,',
  type: 'ou ouvrez cette adresse et saisissez ce qui suit :',
  voterId: 'Identifiant d’électeur',
  voterKey: 'Clé d’électeur',
  once:
    'La clé ne sert qu’une fois. Quiconque a cette lettre peut voter à votre place : ne la ' +
    'montrez à personne et détruisez-la quand vous avez voté.',
  trouble: 'Si cela ne marche pas',
  troubles: [
    'Comparez l’identifiant et la clé avec cette lettre, caractère par caractère. Les ' +
      'majuscules, les espaces et les tirets ne comptent pas.',
    'Essayez un autre navigateur ou un autre appareil. Votre clé n’est pas utilisée tant que la ' +
      'page ne montre pas de reçu.',
    'Si la page dit que votre clé a été utilisée et que ce n’était pas vous, prévenez aussitôt ' +
      'l’organisateur.',
  ],
  help: 'Questions',
  helpUnknown: 'Adressez-vous à l’expéditeur de cette lettre.',
  check: 'Chacun peut vérifier le décompte. Le journal public de ce scrutin est signé par cette clé :',
  checkAt:
    'Pour cela, et non pour voter, scannez le petit carré, ou ouvrez cette adresse et saisissez la clé :',
  simulated: 'Démonstration : les votes ici ne sont pas réels.',
  qrTitle: 'Code QR de votre lien',
  at: (day, time) => `${day}, ${time}`,
}
