/** Two buttons that make a picture of a chart, PNG or SVG, of what is shown at that moment. */
import type { Pictured } from './picture-file.ts'
import { t } from './viewer.ts'

interface SavePictureProps extends Pictured {
  /** The file's name without its ending. */
  readonly name: string
}

export function SavePicture({ name, ...pictured }: SavePictureProps) {
  const save = (form: 'png' | 'svg') =>
    import('./picture-file.ts').then(
      ({ savePicture }) => savePicture(pictured, name, form),
      // What draws it did not arrive: the next click asks for it again.
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
