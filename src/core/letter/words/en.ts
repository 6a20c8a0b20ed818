/** Every word of a letter, in English: the dictionary that the others must match. */
export const words = {
  lang: 'en',
  dir: 'ltr' as 'ltr' | 'rtl',
  heading: 'Your vote',
  invitation: 'You can vote online in:',
  opens: 'Voting opens',
  ends: 'Voting ends',
  district: 'Your district',
  ballot: 'On your ballot',
  more: (count: number) => `and ${count} more`,
  scan: 'Scan this square with your phone,',
  type: 'or open this address and type the text below:',
  voterId: 'Voter ID',
  voterKey: 'Voter key',
  once:
    'The key works once. Anyone with this letter can vote in your place: keep it private, and ' +
    'destroy it after you have voted.',
  trouble: 'If it does not work',
  troubles: [
    'Compare the voter ID and the voter key with this letter, one character at a time. Capitals, ' +
      'spaces and dashes do not matter.',
    'Try another browser or another device. Your key is not used up before the page shows a receipt.',
    'If the page says that your key was used and it was not you, contact the organiser at once.',
  ],
  help: 'Questions',
  helpUnknown: 'Ask the sender of this letter.',
  check: 'Anybody can check the count. The public log of this election is signed by this key:',
  checkAt: 'For that, not for voting, scan the small square, or open this address and type the key:',
  simulated: 'Demonstration: votes here are not real.',
  qrTitle: 'QR code of your link',
  at: (day: string, time: string) => `${day}, ${time}`,
}
export type LetterWords = typeof words
