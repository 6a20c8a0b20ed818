/**
 * A refusal as a page, for people whose browser opened an address without one: plain HTML without
 * script, style or any other request, in every language of the pages.
 */
import type { RefusalCode } from '../core/election/refusal.ts'

interface Words {
  readonly title: string
  readonly text: string
}

const NOTHING_HERE = {
  en: { title: 'There is nothing at this address', text: 'Compare the address with your letter or message.' },
  es: { title: 'En esta dirección no hay nada', text: 'Compare la dirección con su carta o mensaje.' },
  ar: { title: 'لا يوجد شيء في هذا العنوان', text: 'قارن العنوان بما في رسالتك.' },
}
const BUSY = {
  en: { title: 'The server is busy', text: 'Try again in a moment.' },
  es: { title: 'El servidor está ocupado', text: 'Vuelva a intentarlo dentro de un momento.' },
  ar: { title: 'الخادم مشغول', text: 'حاول مرة أخرى بعد قليل.' },
}
const PAGES: Partial<Record<RefusalCode, Readonly<Record<'en' | 'es' | 'ar', Words>>>> = {
  'headers-too-large': {
    en: {
      title: 'Your browser sends too much with its request',
      text: 'Open this address in a private window, or delete the cookies of this site.',
    },
    es: {
      title: 'Su navegador envía demasiado con la petición',
      text: 'Abra esta dirección en una ventana privada o borre las cookies de este sitio.',
    },
    ar: {
      title: 'يرسل متصفحك مع الطلب أكثر مما يُسمح به',
      text: 'افتح هذا العنوان في نافذة خاصة، أو احذف ملفات تعريف الارتباط لهذا الموقع.',
    },
  },
  'results-after-close': {
    en: { title: 'There are no results yet', text: 'They show after voting has closed.' },
    es: { title: 'Todavía no hay resultados', text: 'Se muestran cuando la votación se haya cerrado.' },
    ar: { title: 'لا توجد نتائج بعد', text: 'تظهر بعد انتهاء التصويت.' },
  },
  'in-clear': {
    en: {
      title: 'Refused: this came unencrypted',
      text: 'Nothing was counted. Open the address that begins with https:// and try again.',
    },
    es: {
      title: 'Rechazado: esto llegó sin cifrar',
      text: 'No se contó nada. Abra la dirección que empieza por https:// e inténtelo de nuevo.',
    },
    ar: {
      title: 'مرفوض: وصل هذا دون تشفير',
      text: 'لم يُحتسب شيء. افتح العنوان الذي يبدأ بـ https:// وحاول مرة أخرى.',
    },
  },
  'no-certificate': {
    en: {
      title: 'Voting here is not ready yet',
      text: 'The secure connection is being set up. Try again in a few minutes.',
    },
    es: {
      title: 'Aquí todavía no se puede votar',
      text: 'Se está preparando la conexión segura. Vuelva a intentarlo dentro de unos minutos.',
    },
    ar: {
      title: 'التصويت هنا غير جاهز بعد',
      text: 'يجري إعداد الاتصال الآمن. حاول مرة أخرى بعد بضع دقائق.',
    },
  },
  'token-missing': {
    en: { title: 'This address is not public', text: 'Ask the organisers of the election.' },
    es: { title: 'Esta dirección no es pública', text: 'Pregunte a los organizadores de la elección.' },
    ar: { title: 'هذا العنوان ليس متاحًا للعموم', text: 'اسأل منظمي الانتخابات.' },
  },
  'too-busy': BUSY,
  'storage-unavailable': BUSY,
  stopping: BUSY,
}

/** Whether the request comes from a browser that opens a page. */
export function wantsPage(method: string | undefined, accept: string | undefined): boolean {
  return (method === 'GET' || method === 'HEAD') && accept !== undefined && /\btext\/html\b/i.test(accept)
}

const START = {
  en: 'What is on this server',
  es: 'Lo que hay en este servidor',
  ar: 'ما يوجد على هذا الخادم',
}

/**
 * @param code undefined for an internal error
 * @param home the address of the server's first page, if known
 */
export function problemPage(code: RefusalCode | undefined, status: number, home?: string): string {
  const words = code === undefined ? BUSY : (PAGES[code] ?? NOTHING_HERE)
  const leads = home !== undefined && words === NOTHING_HERE
  const parts = (['en', 'es', 'ar'] as const).map((language) => {
    const { title, text } = words[language]
    const direction = language === 'ar' ? ' dir="rtl"' : ''
    const way = leads ? `<p><a href="${home}">${START[language]}</a></p>` : ''
    return `<section lang="${language}"${direction}><h1>${title}</h1><p>${text}</p>${way}</section>`
  })
  return (
    '<!doctype html><html lang="en"><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<title>${words.en.title}</title><main>${parts.join('<hr>')}</main>` +
    `<p><small>${status}</small></p></html>\n`
  )
}
