/** Every word of the pages in Arabic. */
import { ar as outcome } from '../../../core/tally/words/ar.ts'
import { ballots, some, votes } from '../../../core/tally/words/arabic-counts.ts'
import type { Figure } from '../../shared/format.ts'
import { isolate } from '../../shared/isolate.ts'
import type { Strings } from './en.ts'

const districts = (n: Figure) => some(n, 'دائرة واحدة', 'دائرتين', 'دوائر', 'دائرة', 'دائرة')

export const ar: Strings = {
  lang: 'ar',
  dir: 'rtl',

  pageTitle: (election) => `${isolate(election)} – النتائج`,
  skipToResults: 'انتقل إلى النتائج',
  waiting: 'في انتظار الخادم…',
  waitingHint: 'تواصل هذه الصفحة المحاولة وستعرض النتائج فور وصولها.',
  darkMode: 'الوضع الداكن',
  language: 'اللغة',

  simulated: 'أصوات تجريبية',
  simulatedHint: 'هذا عرض تجريبي، وليست هذه أصوات أشخاص حقيقيين.',

  phase: { 'not-open': 'لم يُفتح التصويت بعد', open: 'التصويت مفتوح', closed: 'التصويت مغلق' },
  certified: 'نتيجة مصدَّقة',
  opensAt: 'يُفتح',
  openedAt: 'فُتح',
  closesAt: 'يُغلق',
  closedAt: 'أُغلق',
  lastUpdated: 'آخر تحديث',
  polled: 'تحجز شبكتك التحديثات المباشرة، فتسأل هذه الصفحة كل بضع ثوانٍ.',
  connectionLost: (time) => `انقطع الاتصال، المعروض من ${isolate(time)}`,
  resultsLater: 'النتائج بعد الإغلاق',
  resultsSoon: 'النتائج قريبًا: تُنشر الأوراق الآن',
  pause: 'إيقاف مؤقت',
  resume: 'متابعة',
  pausedAt: (time) => `متوقف مؤقتًا، المعروض من ${isolate(time)}`,
  lookingBackAt: (time) => `كما كان عند ${isolate(time)}`,
  backToNow: 'العودة إلى الآن',

  keyFigures: 'الأرقام الرئيسية',
  eligible: 'من لهم حق التصويت',
  eligibleHint: 'مفاتيح صادرة',
  cast: 'أوراق الاقتراع',
  lastBallot: (time) => `آخرها ${isolate(time)}`,
  noBallotSeen: 'لا شيء بعد',
  turnout: 'نسبة المشاركة',
  blank: 'أوراق بيضاء',
  blankHint: 'من دون أي خيار',
  blankLater: 'تُعرض بعد الإغلاق',
  outstanding: 'لم تُسلَّم بعد',
  outstandingHint: 'مفاتيح لم تُستخدم',

  rank: 'الترتيب',
  option: 'الخيار',
  votes: 'الأصوات',
  share: 'النسبة',
  shareOfVotes: 'النسبة من الأصوات المعطاة',
  shareOfBallots: 'النسبة من أوراق هذا الاقتراع',
  sharesOfVotes: 'النسب من الأصوات المعطاة',
  sharesOfBallots: 'النسب من أوراق الاقتراع',
  seatCount: (n) => `المقاعد: ${n.text}`,
  rowWords: { elected: '✓ فائز', passed: '✓ مقبول', leads: 'متقدم', tied: 'تعادل' },
  optionsFrom: (from, until, all) => `${isolate(`${from}–${until}`)} من الخيارات (${all.text})`,
  outcome,
  andMore: (n) => `و${n.text} غيرها`,
  contestBallots: ballots,
  contestVotes: (n) => `الأصوات المعطاة: ${n.text}`,
  contestBlank: (n) => `البيضاء: ${n.text}`,
  contestUnused: (n) => `الأصوات غير المستخدمة: ${n.text}`,
  votesEach: (n) => `لكل ناخب حتى ${votes(n)}`,
  showAllOptions: (n) => `عرض كل الخيارات (${n.text})`,
  showFewerOptions: 'عرض أقل',
  takeAway: 'حفظ أو تضمين',
  takeAwayOf: (title) => `حفظ أو تضمين: ${isolate(title)}`,
  save: 'حفظ كصورة',
  savePng: 'PNG',
  saveSvg: 'SVG',
  embedHint: 'ضع الفرز المباشر في موقعك:',
  copy: 'نسخ',
  copied: 'تم النسخ',
  noSuchContest: 'لا يوجد اقتراع بهذا الاسم في هذا الانتخاب.',
  fullResults: 'كل النتائج',
  historyLoads: 'يجري تحميل فرز هذه اللحظة',
  historyFails: 'لا يمكن تحميل فرز هذه اللحظة الآن',
  turnoutKnown: 'نسبة المشاركة معروفة لكل لحظة.',
  historyFailsHint: 'حرّك المؤشر مرة أخرى لإعادة المحاولة.',
  noHistory: 'لم يُحفظ الفرز لهذه اللحظة',
  noHistoryHint:
    'أما الفرز فلا يُحفظ إلا حيث تكون النتائج مباشرة، ولا يُحفظ ' +
    'أبدًا لأقل من عشر أوراق معًا، حتى لا يُقرأ منه صوت أحد.',

  hidden: 'يُعرض الفرز بعد الإغلاق',
  hiddenUntil: (time) =>
    `تُنشر نتائج هذا الانتخاب عند إغلاق التصويت في ${isolate(time)}. وحتى ذلك الحين لا تُعرض هنا ` +
    'إلا نسبة المشاركة.',

  turnoutOverTime: 'نسبة المشاركة عبر الوقت',
  turnoutChart: (start, end, turnout) =>
    `رسم بياني خطي: نسبة المشاركة من ${isolate(start)} إلى ${isolate(end)}، وهي الآن ` +
    `${isolate(turnout)}. الأرقام نفسها في الجدول أسفله.`,
  scrub: 'العودة إلى ما مضى من الفرز',
  scrubNow: 'الآن',
  turnoutNoPoints: 'يبدأ المنحنى مع أولى أوراق الاقتراع.',
  turnoutTable: 'نسبة المشاركة عبر الوقت، في جدول',
  showAsTable: 'عرض كجدول',
  sharesOverTime: 'النسب عبر الوقت',
  sharesChart: (start, end) =>
    `رسم بياني خطي: نسبة كل خيار من ${isolate(start)} إلى ${isolate(end)}. آخر النسب في جدول الاقتراع.`,
  sharesNone: 'تبدأ الخطوط بعد أن يتقدم الفرز مرتين.',
  time: 'الوقت',

  byDistrict: 'حسب الدائرة',
  district: 'الدائرة',
  castShort: 'الأوراق',
  leader: 'المتقدم',
  leaderOf: 'المتقدم في',
  margin: 'الفارق',
  points: (n) => `${isolate(n)} نقطة مئوية`,
  change: 'آخر دقيقة',
  changeHint: 'أوراق الاقتراع التي وصلت في آخر دقيقة، بحسب ما رأته هذه الصفحة',
  votesIn: (district) => `الأصوات في ${isolate(district)}`,
  closest: 'الأشد تقاربًا',
  growing: 'أكثر الأوراق في آخر دقيقة',
  latest: 'أحدث الأوراق',
  districtsInAll: districts,
  map: 'الخريطة',
  mapShows: 'تعرض الخريطة',
  mapOf: { leader: 'المتقدم', margin: 'الفارق', turnout: 'نسبة المشاركة' },
  mapLabel: (shown, of) => `خريطة الدوائر: ${shown}، ${isolate(of)}. الأرقام نفسها في الجدول أسفلها.`,
  mapWaits: 'يجري تحميل الخريطة.',
  mapFails: 'لا يمكن عرض الخريطة الآن. الأرقام نفسها في الجدول.',
  mapless: (n) => `دوائر ليست على الخريطة وهي في الجدول: ${n.text}.`,
  nothingYet: 'لا أصوات معلنة',
  tiedShort: (n) => `تعادل ${n.text}`,
  none: '–',
  fewerThan: (n) => `أقل من ${n.text}`,
  withheld: 'محجوب',
  totalsOnly: 'في المجاميع فقط',
  withheldMeaning: (n) =>
    `تُحسب أصوات الدائرة في مجموعات من ${n.text}. وما دام التصويت جاريًا تنتظر آخر ${n.text} من ` +
    'أوراقها أو أكثر. أما الدوائر التي يقل ناخبوها عن ذلك فتُحسب معًا في المجاميع فقط. وبذلك لا ' +
    'يُقرأ من الفرز صوت أحد.',
  heldBack: (n) => `أوراق الاقتراع المحجوبة: ${n.text}.`,
  heldBackMeaning: (n) =>
    'تدخل في نسبة المشاركة ولا تدخل في الأصوات بعد: تُحسب أوراق الدائرة، أو أوراق دوائر صغيرة ' +
    `معًا، في مجموعات من ${n.text}، وتنتظر آخرها، حتى لا يُقرأ من الفرز صوت أحد. وبعد إغلاق ` +
    'التصويت تُحسب كلها.',
  heldBackBriefly: 'تدخل في نسبة المشاركة. وتدخل في الأصوات بعد الإغلاق على الأكثر.',
  why: 'لماذا؟',
  ofSoManyEligible: (n) => `من ${n.text} لهم حق التصويت`,
  asOfNow: 'المعروض حسب الدائرة هو فرز هذه اللحظة.',
  ofEligible: (n) => `من ${n}`,
  findDistrict: 'ابحث عن دائرة',
  showing: (shown, all) => `المعروض ${shown} من ${districts(all)}`,
  noDistrict: 'لا توجد دائرة في اسمها ذلك.',
  showMore: 'عرض المزيد',

  balance: 'هل يتطابق الفرز؟',
  balances: 'الفرز متطابق',
  doesNotBalance: 'الفرز غير متطابق',
  balanceMeaning:
    'كل مفتاح مستخدم يقابل ورقة اقتراع محفوظة، وكل ورقة محفوظة محسوبة في الفرز مرة واحدة تمامًا: ' +
    'أربعة عدادات منفصلة ورقم واحد.',
  imbalanceMeaning:
    'يجب أن تتساوى هذه الأرقام الأربعة وهي غير متساوية. لا يجوز الاعتماد على النتيجة حتى توضح ' +
    'الجهة المنظِّمة السبب.',
  settling: 'جارٍ الفرز',
  settlingMeaning:
    'أوراق الاقتراع محفوظة وهي في طريقها عبر الفرز: تعود هذه الأرقام الأربعة رقمًا واحدًا بعد ' +
    'لحظة من آخر ورقة.',
  checkYourself: 'تحقق بنفسك',
  keysUsed: 'المفاتيح المستخدمة',
  ballotsStored: 'الأوراق المحفوظة',
  ballotsTallied: 'الأوراق المفروزة',
  ballotsSummed: 'الأوراق المجموعة',

  pipeline: 'كيف يسير الفرز',
  pipelineRate: 'أوراق الاقتراع في الثانية',
  aboutCount: 'عن هذا الفرز',
  pipelineCommit: 'الوقت حتى حفظ دفعة بأمان',
  pipelineViewers: 'المشاهدون الآن',
  pipelineLast: 'أحدث ورقة اقتراع',
  engineTally: 'محرك الفرز (Spark)',
  engineState: (state: string) =>
    state === 'counting' ? 'يعد' : state === 'recounting' ? 'يعد من جديد من أول ورقة' : 'لا يعد الآن',
  engineBehind: 'أوراق لم تُفرز بعد',
  engineBatch: 'الوقت لفرز دفعة',
  engineLog: 'سجل الأوراق (Kafka)',
  engineKeys: 'مفاتيح الناخبين (Redis)',
  engineUp: 'جاهز',
  engineDown: 'لا يمكن الوصول إليه؛ التصويت ينتظر',
  setAside: 'سجلات نُحيت جانبًا، ليست أوراق اقتراع',
  milliseconds: (n) => `${n} مللي ثانية`,

  slideOf: (n, all) => `${n} من ${all}`,

  downloads: 'التنزيلات',
  downloadCsv: 'النتائج بصيغة CSV',
  downloadJson: 'النتائج بصيغة JSON',
  downloadCdf: 'النتائج كتقرير انتخابي وفق NIST',
  downloadCertification: 'النتيجة المصدَّقة، موقَّعة (JSON)',
  downloadCertificate: 'النتيجة المصدَّقة (PDF)',
  downloadsLater: 'تتوفر التنزيلات بعد الإغلاق.',
  notOfficialYet: 'نتيجة غير رسمية بعد',
  footer: 'فرز غير رسمي، من سجل أوراق الاقتراع مباشرة. Digital Elections برنامج مفتوح المصدر.',
  footerCertified:
    'نتيجة مصدَّقة: فُحصت كل ورقة في السجل العام وعُدّت من جديد. Digital Elections برنامج مفتوح المصدر.',

  announceTurnout: (cast, turnout) => `عدد أوراق الاقتراع ${cast.text}، نسبة المشاركة ${isolate(turnout)}.`,
}
