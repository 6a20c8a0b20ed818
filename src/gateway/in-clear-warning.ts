/**
 * The warning on a page that reached its reader without encryption: plain HTML in every language of
 * the pages, of which the page's style sheet shows the one that the page is in. It needs no script,
 * and none can be missing.
 */
const WORDS = {
  en: 'This connection is not encrypted: others can read what you send, and change it. Do not vote here; ask the organiser for an address that begins with https://.',
  es: 'Esta conexión no está cifrada: otras personas pueden leer lo que usted envía y cambiarlo. No vote aquí; pida al organizador una dirección que empiece por https://.',
  ar: 'هذا الاتصال غير مشفّر: يمكن لآخرين قراءة ما ترسله وتغييره. لا تصوّت هنا، واطلب من الجهة المنظِّمة عنوانًا يبدأ بـ https://.',
} as const

const BODY = /<body[^>]*>/

/** @param page a whole page of ours */
export function withWarning(page: string): string {
  const lines = Object.entries(WORDS).map(([language, words]) => {
    const direction = language === 'ar' ? 'rtl' : 'ltr'
    return `<p lang="${language}" dir="${direction}"><strong>${words}</strong></p>`
  })
  return page.replace(BODY, (body) => `${body}\n    <aside class="in-clear">${lines.join('')}</aside>`)
}
