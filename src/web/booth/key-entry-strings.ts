/** Texts of the key entry, in the booth's languages. Voters who open a link do not need them. */
import type { Language } from './words.ts'

const en = {
  keyTitle: 'Enter your voter key',
  keyIntro: 'Both are in the letter or message you got from the organiser.',
  voterId: 'Voter ID',
  voterIdHint: 'Exactly as printed.',
  keyCode: 'Voter key',
  keyCodeHint: '28 letters and digits in groups of four. Spaces, dashes and capitals do not matter.',
  continue: 'Continue',
  voterIdEmpty: 'Enter your voter ID.',
  codeFaults: {
    empty: 'Enter your voter key.',
    'wrong-character': 'A voter key has only letters and digits, and never the letter U.',
    'too-short': 'This voter key is too short: part of it is missing.',
    'too-long': 'This voter key is too long.',
    mistyped: 'Voter ID and voter key do not match. Compare both with your letter, one character at a time.',
  },
  notSent: 'Nothing has been sent.',
  damagedLink: 'Your link is not complete. Open it again from the message itself, or enter your key here.',
  scan: 'Scan the code on my letter',
  scanHint: 'Hold the square code of your letter in front of the camera. The pictures stay on this device.',
  scanStop: 'Stop the camera',
  scanPicture: 'What the camera sees',
  scanDenied: 'The camera may not be used here. Allow it in the browser, or type your key.',
  scanNone: 'The camera shows no picture. Type your key.',
  scanOther: 'That is not the code of a voter. Scan the one on your letter.',
  noCamera: 'This browser cannot use a camera here: type your key as it is printed.',
  marksKept:
    'The choices you made before this page was loaded again are kept in this tab. Open your link ' +
    'in this tab or enter your key: then they are on your ballot again.',
}
type Words = typeof en

const es: Words = {
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
  scan: 'Escanear el código de mi carta',
  scanHint: 'Ponga el código cuadrado de su carta ante la cámara. Las imágenes no salen de este dispositivo.',
  scanStop: 'Apagar la cámara',
  scanPicture: 'Lo que ve la cámara',
  scanDenied: 'Aquí no se permite usar la cámara. Permítala en el navegador o escriba su clave.',
  scanNone: 'La cámara no muestra ninguna imagen. Escriba su clave.',
  scanOther: 'Ese código no es de votante. Escanee el de su carta.',
  noCamera: 'Este navegador no ofrece aquí la cámara: escriba su clave tal como está impresa.',
  marksKept:
    'Lo que eligió antes de recargar la página se guarda en esta pestaña. Abra su enlace en esta ' +
    'misma pestaña o introduzca su clave: volverá a estar en su papeleta.',
}

const ar: Words = {
  keyTitle: 'أدخل مفتاح الناخب',
  keyIntro: 'تجد كليهما في الرسالة التي وصلتك من الجهة المنظِّمة.',
  voterId: 'رقم الناخب',
  voterIdHint: 'كما هو مطبوع تمامًا.',
  keyCode: 'مفتاح الناخب',
  keyCodeHint: '28 حرفًا ورقمًا في مجموعات من أربعة. لا تهم المسافات ولا الشرطات ولا حالة الأحرف.',
  continue: 'متابعة',
  voterIdEmpty: 'أدخل رقم الناخب.',
  codeFaults: {
    empty: 'أدخل مفتاح الناخب.',
    'wrong-character': 'يوجد رمز لا يرد في أي مفتاح. أحرف لاتينية وأرقام فقط، من دون الحرف U.',
    'too-short': 'هذا المفتاح قصير: جزء منه ناقص.',
    'too-long': 'هذا المفتاح أطول مما يجب.',
    mistyped: 'رقم الناخب ومفتاحه لا يتطابقان. قارن كليهما بالرسالة حرفًا حرفًا.',
  },
  notSent: 'لم يُرسَل أي شيء.',
  damagedLink: 'رابطك غير مكتمل. افتحه مجددًا من الرسالة نفسها، أو أدخل مفتاحك هنا.',
  scan: 'امسح الرمز الموجود في رسالتي',
  scanHint: 'ضع الرمز المربع في رسالتك أمام الكاميرا. تبقى الصور على هذا الجهاز.',
  scanStop: 'أوقف الكاميرا',
  scanPicture: 'ما تراه الكاميرا',
  scanDenied: 'لا يُسمح باستعمال الكاميرا هنا. اسمح بها في المتصفح أو اكتب مفتاحك.',
  scanNone: 'لا تُظهر الكاميرا أي صورة. اكتب مفتاحك.',
  scanOther: 'ليس هذا رمز ناخب. امسح الرمز الموجود في رسالتك.',
  noCamera: 'لا يتيح هذا المتصفح الكاميرا هنا: اكتب مفتاحك كما هو مطبوع.',
  marksKept:
    'اختياراتك قبل إعادة تحميل الصفحة محفوظة في علامة التبويب هذه. افتح رابطك في العلامة نفسها ' +
    'أو أدخل مفتاحك، فتعود إلى ورقتك.',
}

export const KEY_ENTRY_STRINGS: Readonly<Record<Language, Words>> = { en, es, ar }
