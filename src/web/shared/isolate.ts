/** Keeps a name's writing direction from changing the words around it (Unicode FSI … PDI). */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`
}
