/** What is known of a picture once its structure has been read. */

export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp'

export interface PictureForm {
  readonly type: PictureType
  readonly width: number
  readonly height: number
  /** Whether it has notes of the camera (Exif), which may reveal the place of the photo. */
  readonly hasExif: boolean
}
