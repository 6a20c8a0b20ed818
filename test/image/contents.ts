/**
 * What the image must not contain. Checked on its folder, and on the image itself.
 */

/** Megabytes as container engines count them: 1,000,000 bytes. */
export const IMAGE_BUDGET_BYTES = 180_000_000

const FORBIDDEN: readonly RegExp[] = [
  // Shells and programs that download or install.
  /(^|\/)(bin|sbin)\/(\w*sh|busybox|env|npm|npx|corepack|yarn|apt\S*|dpkg|curl|wget|perl|python\S*)$/,
  // Sources, tests, and debug files.
  /\.(map|tsx|test\.js)$|(?<!\.d)\.ts$|\.d\.[cm]?ts$/,
  /(^|\/)(tests?|__tests__|\.git|\.github)\//,
  // Files that only a clone needs.
  /(^|\/)app\/(src|scripts|test|bench|tools)\//,
  /(^|\/)node_modules\/(typescript|vite|@biomejs|playwright-core|node-(linux|darwin|win|bin)-\S+)\//,
]

/** @param paths with slashes */
export function forbiddenIn(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => FORBIDDEN.some((pattern) => pattern.test(path)))
}
