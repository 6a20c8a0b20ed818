/**
 * Rules for the chart's objects, for all values: how pods are confined, how gateways stop, which
 * objects refer to each other.
 */
import assert from 'node:assert/strict'
import type { KubernetesObject } from './chart.ts'

type Objects = readonly KubernetesObject[]

/** After the drain, open requests have 10 s, and ballots not yet in Kafka 8 s more. */
const AFTER_DRAIN_S = 20
const WRITABLE = ['/var/lib/elections', '/tmp', '/var/lib/spark']

export function holdsRules(objects: Objects): void {
  for (const workload of workloads(objects)) keptIn(workload)
  for (const workload of workloads(objects)) secretsAreFiles(workload)
  gatewaysDrain(objects)
  belongTogether(objects)
  rolesHaveTheirKeys(objects)
  policiesCover(objects)
}

export const ofKind = (objects: Objects, kind: string): Objects => objects.filter((one) => one.kind === kind)

export function workloads(objects: Objects): Objects {
  return objects.filter((one) => one.spec?.template?.spec?.containers !== undefined)
}

export const componentOf = (one: KubernetesObject): string =>
  one.metadata.labels['app.kubernetes.io/component']

export function named(objects: Objects, kind: string, component: string): KubernetesObject {
  const found = ofKind(objects, kind).find((one) => componentOf(one) === component)
  assert.ok(found, `${kind} of ${component}`)
  return found
}

const containersOf = (workload: KubernetesObject): Objects => [
  ...workload.spec.template.spec.containers,
  ...(workload.spec.template.spec.initContainers ?? []),
]

export function variables(container: KubernetesObject): ReadonlyMap<string, string> {
  return new Map(
    container.env.map(({ name, value }: { name: string; value?: string }) => [name, value ?? '']),
  )
}

/** Rules beyond Pod Security "restricted", which chartcheck checks. */
function keptIn(workload: KubernetesObject): void {
  const pod = workload.spec.template.spec
  assert.equal(pod.automountServiceAccountToken, false)
  assert.equal(pod.enableServiceLinks, false)
  assert.ok(pod.securityContext.runAsUser > 0)
  for (const container of containersOf(workload)) {
    assert.equal(container.securityContext.readOnlyRootFilesystem, true)
    assert.ok(container.resources.limits.memory, `${container.name} has a limit of memory`)
    assert.ok(container.resources.requests.cpu)
    for (const mount of container.volumeMounts) {
      const volume = pod.volumes.find((one: KubernetesObject) => one.name === mount.name)
      assert.ok(volume, `${container.name} mounts ${mount.name}, which is a volume`)
      if (mount.readOnly !== true) assert.ok(WRITABLE.includes(mount.mountPath), mount.mountPath)
    }
  }
  const mounted = containersOf(workload).flatMap((one) =>
    one.volumeMounts.map((m: KubernetesObject) => m.name),
  )
  for (const volume of pod.volumes) {
    assert.ok(mounted.includes(volume.name), `the volume ${volume.name} is mounted`)
    assert.equal(volume.hostPath, undefined)
    if (volume.emptyDir) assert.ok(volume.emptyDir.sizeLimit, `${volume.name} has a bound`)
  }
}

function secretsAreFiles(workload: KubernetesObject): void {
  for (const container of containersOf(workload))
    for (const { name, value } of container.env) {
      assert.doesNotMatch(value ?? '', /:\/\/[^/]*:[^/]*@/, `${name} holds no password`)
      assert.ok(
        !/^ELECTIONS_(REDIS_URL|DATABASE_URL|KAFKA_PASSWORD)$/.test(name),
        `${name} comes from a file`,
      )
    }
}

function gatewaysDrain(objects: Objects): void {
  const gateway = named(objects, 'Deployment', 'gateway')
  const pod = gateway.spec.template.spec
  const [container] = pod.containers
  const drain = Number(variables(container).get('ELECTIONS_DRAIN'))
  const { periodSeconds, failureThreshold, httpGet } = container.readinessProbe
  assert.equal(httpGet.path, '/readyz')
  assert.ok(drain > 0)
  assert.ok(pod.terminationGracePeriodSeconds >= drain + AFTER_DRAIN_S, 'nothing is killed that drains')
  assert.deepEqual(gateway.spec.strategy.rollingUpdate, { maxUnavailable: 0, maxSurge: 1 })
  assert.ok(periodSeconds * failureThreshold <= 10)
  assert.notEqual(
    container.livenessProbe.httpGet.path,
    '/healthz',
    'no alarm of the count restarts a gateway',
  )
  const budget = named(objects, 'PodDisruptionBudget', 'gateway')
  assert.ok(budget.spec.maxUnavailable >= 1, 'a node can be emptied')
  const [autoscaler] = ofKind(objects, 'HorizontalPodAutoscaler')
  assert.equal(gateway.spec.replicas === undefined, autoscaler !== undefined, 'one of both says how many')
  if (autoscaler) {
    assert.equal(autoscaler.spec.scaleTargetRef.name, gateway.metadata.name)
    assert.ok(autoscaler.spec.minReplicas <= autoscaler.spec.maxReplicas)
  }
}

/** Selectors match pods, ports have names, claims and configurations exist, names are unique. */
function belongTogether(objects: Objects): void {
  const names = objects.map((one) => `${one.kind}/${one.metadata.name}`)
  assert.deepEqual(names, [...new Set(names)])
  for (const name of names) assert.ok(name.split('/')[1]!.length <= 63, name)
  const pods = workloads(objects)
  const labels = (one: KubernetesObject): Readonly<Record<string, string>> =>
    one.spec.template.metadata.labels
  const matching = (selector: Readonly<Record<string, string>>) =>
    pods.filter((pod) => Object.entries(selector).every(([name, value]) => labels(pod)[name] === value))
  for (const pod of ofKind(objects, 'Deployment'))
    assert.ok(matching(pod.spec.selector.matchLabels).includes(pod), pod.metadata.name)
  for (const service of ofKind(objects, 'Service')) {
    const found = matching(service.spec.selector)
    const [{ targetPort }] = service.spec.ports
    const ports = found.flatMap((pod) => containersOf(pod).flatMap((one) => one.ports ?? []))
    assert.ok(
      ports.some((port) => port.name === targetPort),
      `${service.metadata.name} leads to ${targetPort}`,
    )
  }
  for (const budget of ofKind(objects, 'PodDisruptionBudget'))
    assert.equal(matching(budget.spec.selector.matchLabels).length, 1)
  for (const pod of pods)
    for (const volume of pod.spec.template.spec.volumes) {
      if (volume.persistentVolumeClaim)
        assert.ok(names.includes(`PersistentVolumeClaim/${volume.persistentVolumeClaim.claimName}`))
      if (volume.configMap) assert.ok(names.includes(`ConfigMap/${volume.configMap.name}`))
    }
  for (const route of [...ofKind(objects, 'Ingress'), ...ofKind(objects, 'HTTPRoute')])
    for (const [, name] of JSON.stringify(route.spec).matchAll(
      /"(?:service":\{|backendRefs":\[\{)"name":"([^"]+)"/g,
    ))
      assert.ok(names.includes(`Service/${name}`), `${route.kind} leads to a Service that is there: ${name}`)
}

/** The tally has no key that could cast or sign. */
function rolesHaveTheirKeys(objects: Objects): void {
  for (const role of ['gateway', 'results', 'tally']) {
    const pod = named(objects, 'Deployment', role).spec.template.spec
    const secrets = JSON.stringify(pod.volumes.find((one: KubernetesObject) => one.name === 'secrets'))
    assert.equal(secrets.includes('elections-keys-'), role !== 'tally', `${role} and the keys`)
    assert.equal(secrets.includes('elections-seal-'), role === 'tally', `${role} and the seal key`)
  }
}

/** If policies are on, each pod has one for both directions. */
function policiesCover(objects: Objects): void {
  const policies = ofKind(objects, 'NetworkPolicy')
  if (policies.length === 0) return
  for (const workload of workloads(objects)) {
    const own = policies.filter(({ spec }) =>
      Object.entries(spec.podSelector.matchLabels).every(
        ([name, value]) => workload.spec.template.metadata.labels[name] === value,
      ),
    )
    assert.equal(own.length, 1, workload.metadata.name)
    assert.deepEqual(own[0]!.spec.policyTypes, ['Ingress', 'Egress'])
    for (const rule of own[0]!.spec.egress) assert.ok(rule.ports.length > 0, 'no way out is without ports')
  }
}
