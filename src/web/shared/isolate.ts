/** Keeps a name's writing direction from reaching the words around it (Unicode FSI … PDI). */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`
}
