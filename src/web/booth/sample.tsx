/**
 * The start of a sample: the voter chooses their district if ballots differ. The sample then shows
 * the real ballot and sends no request.
 */
import { useRef } from 'preact/hooks'
import type { DefinitionFile } from '../../core/election/definition.ts'
import type { Ballot, ShownDefinition } from './booth-state.ts'
import { Step } from './step.tsx'
import { f, type Language, of, t } from './words.ts'

export interface SampleProps {
  readonly election: string | undefined
  readonly definition: DefinitionFile
  readonly shown: ShownDefinition
  readonly onBallot: (ballot: Ballot) => void
}

const WORDS: Readonly<Record<Language, Readonly<Record<'title' | 'hint' | 'district', string>>>> = {
  en: {
    title: 'Sample ballot',
    hint:
      'Try the ballot as you will get it, as often as you like. Options may stand in another order ' +
      'on yours.',
    district: 'Your district',
  },
  es: {
    title: 'Papeleta de muestra',
    hint:
      'Pruebe la papeleta tal como la recibirá, las veces que quiera. En la suya las opciones ' +
      'pueden ir en otro orden.',
    district: 'Su distrito',
  },
  ar: {
    title: 'ورقة اقتراع نموذجية',
    hint: 'جرّب الورقة كما ستصلك، كلما شئت. قد تأتي الخيارات في ورقتك بترتيب آخر.',
    district: 'دائرتك',
  },
}

export function SampleStart({ election, definition, shown, onBallot }: SampleProps) {
  const words = of(WORDS)
  const choice = useRef<HTMLSelectElement>(null)
  const differ = definition.contests.some(({ districts }) => districts !== undefined)
  const start = () => {
    const id = choice.current?.value
    onBallot({
      key: null,
      district: definition.districts?.find((district) => district.id === id),
      contests: definition.contests.filter(
        ({ districts }) => districts === undefined || (id !== undefined && districts.includes(id)),
      ),
      marks: {},
      again: false,
      remembers: true,
      restored: false,
    })
  }
  return (
    <Step title={words.title} election={election}>
      <p>{words.hint}</p>
      <dl class="facts">
        <div>
          <dt>{t.votingCloses}</dt>
          <dd>{f.dateTime(Date.parse(shown.closes_at))}</dd>
        </div>
      </dl>
      {differ && (
        <div class="field">
          <label for="district">{words.district}</label>
          <select id="district" ref={choice}>
            {shown.districts?.map(({ id, name }) => (
              <option key={id} value={id} translate={false}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
      <button type="button" class="primary" onClick={start}>
        {t.start}
      </button>
    </Step>
  )
}
