/** placeholder */
import type { Letter } from '../../core/letter/letter.ts'
export async function* pdfLetters(
  _: AsyncIterable<readonly Letter[]>,
  __: unknown,
): AsyncGenerator<Uint8Array> {}
