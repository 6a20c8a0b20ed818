/**
 * The image's bill of materials (CycloneDX 1.5): npm's entries for the packages in the image, and
 * the Debian packages of its libraries. The same image gives the same bill.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const IMPORTED = /\bfrom '((?:@[\w-]+\/)?[\w-]+)[^']*'/g

/**
 * @param root a folder with package.json, package-lock.json and `src`
 * @param names name@version of the packages in the image, such as `fastify@5.12.8`
 * @param debian the result of `packagesOf`
 * @param time ISO 8601
 */
export function billOfMaterials({ root, names, debian, processor, time }) {
  const bill = npmBill(root)
  const refs = new Set(names)
  for (const ref of inPages(root, bill)) refs.add(ref)
  const components = [
    ...bill.components.filter(({ 'bom-ref': ref }) => refs.has(ref)),
    ...debian.map((each) => debianComponent(each, processor)),
  ]
  const missing = [...refs].filter((ref) => !components.some((each) => each['bom-ref'] === ref))
  if (missing.length > 0) throw new Error(`not in the lock file: ${missing.join(', ')}`)
  const kept = new Set(components.map((each) => each['bom-ref']))
  const own = bill.metadata.component['bom-ref']
  const made = {
    ...bill,
    metadata: {
      timestamp: time,
      lifecycles: [{ phase: 'build' }],
      tools: bill.metadata.tools,
      component: { ...bill.metadata.component, type: 'container', name: 'digital-elections' },
    },
    components,
    dependencies: bill.dependencies
      .filter(({ ref }) => kept.has(ref) || ref === own)
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => kept.has(each)) })),
  }
  return { ...made, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(components))}` }
}

/** Returns npm's bill for the whole lock file. */
function npmBill(root) {
  const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx']
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (status !== 0) throw new Error(`npm sbom failed: ${stderr}`)
  return JSON.parse(stdout)
}

/**
 * Returns the packages compiled into the pages, with their dependencies. They have no folder in the
 * image.
 */
function inPages(root, { dependencies }) {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const sources = ['src/web', 'src/core'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => /(?<!\.test|\.config)\.tsx?$/.test(entry.name))
      .filter(({ parentPath }) => !/[\\/]build$/.test(parentPath))
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')),
  )
  const imported = new Set(sources.flatMap((text) => [...text.matchAll(IMPORTED)].map((match) => match[1])))
  const refs = [...imported]
    .filter((name) => devDependencies[name] !== undefined)
    .map((name) => `${name}@${devDependencies[name]}`)
  for (const ref of refs)
    for (const next of dependencies.find((each) => each.ref === ref)?.dependsOn ?? [])
      if (!refs.includes(next)) refs.push(next)
  return refs
}

function debianComponent({ name, fields }, processor) {
  const version = /^Version: (.+)$/m.exec(fields)[1]
  const source = /^Source: (\S+)/m.exec(fields)?.[1]
  const architecture = { x64: 'amd64' }[processor] ?? processor
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-12`
  const upstream = source === undefined ? '' : `&upstream=${source}`
  return { 'bom-ref': `${name}@${version}`, type: 'library', name, version, purl: purl + upstream }
}

/** A UUID of version 8 (RFC 9562), made from the content instead of random bits. */
function uuidOf(text) {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = '89ab'[Number.parseInt(hex[16], 16) % 4]
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-')
}
