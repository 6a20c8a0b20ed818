/**
 * Opens a log in a folder that the reader picked or dropped: a copy of `log/`, or a folder with one
 * log somewhere in it.
 */
import type { OpenLog } from '../../verify/session.ts'
import { Unreachable } from './log-reading.ts'

export type FolderFiles = readonly (readonly [string, File])[]

/** @returns `no-log` or `several-logs` if the folder does not have exactly one log */
export function openFolder(files: FolderFiles): OpenLog | 'no-log' | 'several-logs' {
  const byPath = new Map(files)
  const roots = [...byPath.keys()].flatMap((path) => /^(.*\/|)checkpoint$/.exec(path)?.[1] ?? [])
  const [root] = roots
  if (root === undefined) return 'no-log'
  if (roots.length > 1) return 'several-logs'
  const above = root.replace(/[^/]*\/$/, '')
  return {
    place: null,
    read: (path, mostBytes) => bytesOf(byPath.get(root + path), mostBytes),
    result: async (mostBytes) => {
      const file = [root, above]
        .flatMap((dir) => ['results.json', 'result.json'].map((name) => byPath.get(dir + name)))
        .find((each) => each !== undefined)
      return bytesOf(file, mostBytes)
    },
  }
}

async function bytesOf(file: File | undefined, mostBytes: number): Promise<Uint8Array | undefined> {
  if (file === undefined) return undefined
  try {
    return new Uint8Array(await file.slice(0, mostBytes + 1).arrayBuffer())
  } catch (cause) {
    // The file was moved, changed or deleted after the reader picked it.
    throw new Unreachable(file.name, (cause as Error).message, cause)
  }
}
