/**
 * Two tags of the image in the cluster. The update installs the same program under the other tag.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { must } from './programs.ts'
import type { Settings } from './settings.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const REPOSITORY = 'digital-elections'
const TAGS = ['run-a', 'run-b'] as const

export interface Images {
  readonly repository: string
  readonly tags: readonly [string, string]
}

export async function images(
  settings: Pick<Settings, 'image' | 'load'>,
  say: (text: string) => void,
): Promise<Images> {
  const [first, second] = TAGS.map((tag) => `${REPOSITORY}:${tag}`) as [string, string]
  if (settings.image === undefined) {
    say('building the image')
    await must('docker', [
      'build',
      '--network',
      'host',
      '--file',
      join(ROOT, 'deploy/Dockerfile'),
      '--tag',
      first,
      ROOT,
    ])
  } else await must('docker', ['tag', settings.image, first])
  await must('docker', ['build', '--tag', second, '-'], {
    input: `FROM ${first}\nLABEL org.example.roll=second\n`,
  })
  if (settings.load !== undefined)
    for (const image of [first, second]) {
      say(`loading ${image}`)
      await must('sh', ['-c', `${settings.load} ${image}`])
    }
  return { repository: REPOSITORY, tags: [...TAGS] }
}
