/** Two buttons that save a chart, as it is at that moment, as a PNG or SVG picture. */
import type { Pictured } from './picture-file.ts'
import { t } from './viewer.ts'

interface SavePictureProps extends Pictured {
  /** The file's name without its extension. */
  readonly name: string
}

export function SavePicture({ name, ...pictured }: SavePictureProps) {
  const save = (form: 'png' | 'svg') =>
    import('./picture-file.ts').then(
      ({ savePicture }) => savePicture(pictured, name, form),
      // The module did not load. The next click requests it again.
      () => {},
    )
  return (
    <p class="save">
      <span>{t.save}</span>{' '}
      <button type="button" class="small" onClick={() => save('png')}>
        {t.savePng}
      </button>{' '}
      <button type="button" class="small" onClick={() => save('svg')}>
        {t.saveSvg}
      </button>
    </p>
  )
}
