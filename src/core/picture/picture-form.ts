/** What a picture is, once its structure is read. */

export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp'

export interface PictureForm {
  readonly type: PictureType
  readonly width: number
  readonly height: number
  /** Whether it has notes of the camera in it (Exif): perhaps where it was taken. */
  readonly hasExif: boolean
}
