/**
 * Texts of the page that asks for an access token before it shows the count. They load with that
 * page.
 */
import type { Strings } from './strings/en.ts'
import { t } from './viewer.ts'

const EN = {
  title: 'This count is not public',
  text: 'The organiser shows it only to people with an access token. Anyone can read the public log.',
  label: 'Access token',
  hint:
    'It begins with elections_. This page forgets it when it is closed or reloaded, and keeps it ' +
    'nowhere else.',
  show: 'Show the count',
  log: 'Check the public log',
  troubles: {
    invalid: 'The server does not accept this token: it is mistyped, has expired or was revoked.',
    scope: 'This token does not allow access to the count.',
    later: 'The server did not answer as it should. Try again in a moment.',
  },
}

const WORDS: Readonly<Record<string, typeof EN>> = {
  en: EN,
  es: {
    title: 'Este recuento no es público',
    text:
      'Quien organiza lo muestra a quienes tienen un token de acceso. El registro público está ' +
      'abierto a todas las personas.',
    label: 'Token de acceso',
    hint:
      'Empieza por elections_. Esta página lo olvida al cerrarla o recargarla y no lo guarda en ' +
      'ningún otro sitio.',
    show: 'Mostrar el recuento',
    log: 'Comprobar el registro público',
    troubles: {
      invalid: 'El servidor no acepta este token: está mal escrito, ha caducado o fue revocado.',
      scope: 'Este token es para otra cosa, no para el recuento.',
      later: 'El servidor no respondió como debía. Inténtelo de nuevo en un momento.',
    },
  },
  ar: {
    title: 'هذا الفرز ليس علنيًا',
    text: 'تعرضه الجهة المنظِّمة لمن لديه رمز وصول. أما السجل العام فمفتوح للجميع.',
    label: 'رمز الوصول',
    hint: 'يبدأ بـ ⁨elections_⁩. تنساه هذه الصفحة عند إغلاقها أو إعادة تحميلها، ولا تحفظه في أي مكان آخر.',
    show: 'اعرض الفرز',
    log: 'تحقق من السجل العام',
    troubles: {
      invalid: 'لا يقبل الخادم هذا الرمز: فيه خطأ كتابي أو انتهت صلاحيته أو أُلغي.',
      scope: 'هذا الرمز لغرض آخر غير الفرز.',
      later: 'لم يُجب الخادم كما ينبغي. حاول مجددًا بعد قليل.',
    },
  },
}

export const tokenWords = (lang: Strings['lang'] = t.lang): typeof EN => WORDS[lang] ?? EN
