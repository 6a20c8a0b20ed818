/** Text that changes while it is on the page. */

/**
 * Its element is replaced with it: a browser that translates pages swaps the text for one of its
 * own, and what is written into the old text afterwards nobody sees.
 */
export function Changing({ text }: { readonly text: string }) {
  return <span key={text}>{text}</span>
}
