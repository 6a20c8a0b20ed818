/**
 * What an image may not have, whoever looks: the folder that it is made from, or the image itself.
 */

/** Megabytes as container engines count them: 1,000,000 bytes. */
export const IMAGE_BUDGET_BYTES = 180_000_000

const FORBIDDEN: readonly RegExp[] = [
  // A shell, and what would fetch or install something.
  /(^|\/)(bin|sbin)\/(\w*sh|busybox|env|npm|npx|corepack|yarn|apt\S*|dpkg|curl|wget|perl|python\S*)$/,
  // Sources, tests, and what debuggers read.
  /\.(map|tsx|test\.js)$|(?<!\.d)\.ts$|\.d\.[cm]?ts$/,
  /(^|\/)(tests?|__tests__|\.git|\.github)\//,
  // What only a clone needs.
  /(^|\/)app\/(src|scripts|test|bench|tools)\//,
  /(^|\/)node_modules\/(typescript|vite|@biomejs|playwright-core|node-(linux|darwin|win|bin)-\S+)\//,
]

/** @param paths with slashes */
export function forbiddenIn(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => FORBIDDEN.some((pattern) => pattern.test(path)))
}
