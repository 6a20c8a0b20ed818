/**
 * The map of the districts: the leader, the margin, or turnout. The table below it has the same
 * facts for keyboards and screen readers. The page loads this code and the map's file when the
 * reader opens the map of an election that has one.
 */
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { OptionSnapshot } from '../../../core/status/snapshot.ts'
import type { DistrictRow } from '../district-rows.ts'
import { optionColor } from '../palette.ts'
import { f, t } from '../viewer.ts'
import { FULL_MARGIN, fillOf, SHOWN, type Shown, strength } from './map-fills.ts'
import { type MapShapes, mapShapes } from './map-shapes.ts'

interface DistrictMapProps {
  readonly address: string
  /** Title of what the map shows. */
  readonly title: string
  readonly rows: readonly DistrictRow[]
  /** null while results are hidden: then the map shows turnout. */
  readonly options: readonly OptionSnapshot[] | null
  /** Opens a district; left out on a wall, which has no pointer. */
  readonly open?: (id: string) => void
  /** What the map shows; left out if the reader chooses. */
  readonly fixed?: Shown
}

export function DistrictMap({ address, title, rows, options, open, fixed }: DistrictMapProps) {
  const shapes = useShapes(address, rows)
  const [asked, setShown] = useState<Shown>('leader')
  const [pointed, setPointed] = useState<string | null>(null)
  const byId = new Map(rows.map((row) => [row.id, row]))
  if (shapes === 'waits') return <p class="hint">{t.mapWaits}</p>
  if (shapes === 'fails') return <p class="hint">{t.mapFails}</p>
  const shown = options === null ? 'turnout' : (fixed ?? asked)
  const drawn = new Set(shapes.areas.map(({ id }) => id))
  const without = rows.filter(({ id }) => !drawn.has(id)).length
  const at = (event: Event) => (event.target as Element).getAttribute('data-area')
  const row = pointed === null ? undefined : byId.get(pointed)
  return (
    <>
      {options !== null && fixed === undefined && (
        <fieldset class="map-shows">
          <legend>{t.mapShows}</legend>
          {SHOWN.map((each) => (
            <label key={each}>
              <input type="radio" name="map" checked={each === shown} onChange={() => setShown(each)} />
              {t.mapOf[each]}
            </label>
          ))}
        </fieldset>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: by keyboard the rows of the table open the same */}
      <svg
        role="img"
        aria-label={t.mapLabel(t.mapOf[shown], title)}
        viewBox={shapes.box.join(' ')}
        onPointerOver={(event) => setPointed(at(event))}
        onPointerLeave={() => setPointed(null)}
        onClick={(event) => {
          const id = at(event)
          if (id !== null && byId.has(id)) open?.(id)
        }}
      >
        {shapes.areas.map(({ id, d }, i) => (
          <path
            key={i}
            d={d}
            data-area={id}
            class={id !== '' && id === pointed ? 'pointed' : undefined}
            style={fillOf(byId.get(id), options, shown)}
          />
        ))}
        <path class="outlines" d={shapes.outlines} />
      </svg>
      {open !== undefined && (
        <p class="map-tells" aria-hidden="true">
          {row === undefined ? ' ' : <AreaFacts row={row} options={options} />}
        </p>
      )}
      {shown === 'leader' ? <Legend rows={rows} options={options!} /> : <Scale of={shown} />}
      {without > 0 && <p class="hint">{t.mapless(f.figure(without))}</p>}
    </>
  )
}

const STEPS = [0, 0.5, 1] as const

/** The values of the weakest, the middle and the strongest colour. */
function Scale({ of }: { readonly of: Exclude<Shown, 'leader'> }) {
  const valueAt = (step: number) =>
    of === 'turnout' ? f.share(step) : t.points(f.points(step * FULL_MARGIN))
  return (
    <ul class="legend">
      {STEPS.map((step) => (
        <li key={step}>
          <span class="swatch" style={{ backgroundColor: 'var(--accent)', opacity: strength(step) }} />
          {valueAt(step)}
          {of === 'margin' && step === 1 && '+'}
        </li>
      ))}
    </ul>
  )
}

type Loaded = MapShapes | 'waits' | 'fails'

function useShapes(address: string, rows: readonly DistrictRow[]): Loaded {
  const [file, setFile] = useState<Parameters<typeof mapShapes>[0] | 'waits' | 'fails'>('waits')
  useEffect(() => {
    const ending = new AbortController()
    fetch(address, { signal: ending.signal })
      .then(async (answer) => setFile(answer.ok ? await answer.json() : 'fails'))
      .catch(() => setFile('fails'))
    return () => ending.abort()
  }, [address])
  return useMemo(() => {
    if (typeof file === 'string') return file
    try {
      return mapShapes(file, new Set(rows.map(({ id }) => id)))
    } catch {
      return 'fails' // a broken map must not hide the count
    }
  }, [file, rows.length])
}

/** The facts of the area that the pointer is on. */
function AreaFacts({ row, options }: { row: DistrictRow; options: readonly OptionSnapshot[] | null }) {
  const { name, leaders, leadShare, marginShare, turnout } = row
  const facts = [`${t.turnout} ${f.share(turnout)}`]
  const [first] = leaders
  if (options !== null && first !== undefined && leaders.length === 1)
    facts.unshift(
      `${options[first]!.name} ${f.share(leadShare)}`,
      `${t.margin} ${t.points(f.points(marginShare ?? 0))}`,
    )
  return (
    <>
      <strong>
        <bdi>{name}</bdi>
      </strong>{' '}
      {facts.join(' · ')}
    </>
  )
}

/** The number of districts in which each option leads. */
function Legend({ rows, options }: { rows: readonly DistrictRow[]; options: readonly OptionSnapshot[] }) {
  const leads = options.map((_, i) => rows.filter(({ leaders }) => leaders.length === 1 && leaders[0] === i))
  return (
    <ul class="legend">
      {options.map((option, i) =>
        leads[i]!.length === 0 ? null : (
          <li key={option.id}>
            <span class="swatch" style={{ backgroundColor: optionColor(option.color, i) }} />
            <bdi>{option.name}</bdi>: {t.districtsInAll(f.figure(leads[i]!.length))}
          </li>
        ),
      )}
    </ul>
  )
}
