/** Text that changes while it is on the page. */

/**
 * The element is replaced together with its text: a browser that translates pages puts its own text
 * in place of ours, and would not show later changes of the old one.
 */
export function Changing({ text }: { readonly text: string }) {
  return <span key={text}>{text}</span>
}
