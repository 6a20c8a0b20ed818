/** Reads what the reader drops on the page: a folder with all its files, or one file. */
import type { FolderFiles } from './log-folder.ts'

export type Dropped =
  | { readonly kind: 'folder'; readonly files: FolderFiles }
  | { readonly kind: 'file'; readonly file: File }

/** The files of a log of about ten million entries. A folder with more files is not a log. */
const MOST_FILES = 100_000

export async function droppedIn(data: DataTransfer | null): Promise<Dropped | undefined> {
  const entry = data?.items[0]?.webkitGetAsEntry()
  if (entry?.isDirectory) {
    const files: [string, File][] = []
    await walk(entry as FileSystemDirectoryEntry, '', files)
    return { kind: 'folder', files }
  }
  const file = data?.files[0]
  return file && { kind: 'file', file }
}

/** The files that the reader picked in an input for folders, by their paths below the folder. */
export function pickedIn(list: FileList | null): FolderFiles {
  return [...(list ?? [])].map((file) => [file.webkitRelativePath.replace(/^[^/]*\//, ''), file])
}

async function walk(dir: FileSystemDirectoryEntry, path: string, into: [string, File][]): Promise<void> {
  const reader = dir.createReader()
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (entries.length === 0) return
    for (const entry of entries) {
      if (into.length >= MOST_FILES) return
      if (entry.isDirectory) await walk(entry as FileSystemDirectoryEntry, `${path}${entry.name}/`, into)
      else into.push([path + entry.name, await fileOf(entry as FileSystemFileEntry)])
    }
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}
