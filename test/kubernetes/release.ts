/** The release on Kubernetes: Helm installs it; kubectl inspects and disturbs it. */
import { fileURLToPath } from 'node:url'
import type { Addresses } from '../../tools/engines/addresses.ts'
import { must, ran } from './programs.ts'
import type { Settings } from './settings.ts'

const CHART = fileURLToPath(new URL('../../deploy/kubernetes', import.meta.url))
const NAME = 'elections'
const WAIT = '900s'
/** The namespace of the release. Nothing else runs in it. */
const DEPLOYMENTS = ['gateway', 'results'] as const

export type Deployed = (typeof DEPLOYMENTS)[number]

export interface Pod {
  readonly name: string
  readonly component: string
  readonly ip: string
  readonly isReady: boolean
  readonly isEnding: boolean
}

interface PodList {
  readonly items: readonly {
    readonly metadata: {
      readonly name: string
      readonly deletionTimestamp?: string
      readonly labels: Readonly<Record<string, string>>
    }
    readonly status: {
      readonly podIP?: string
      readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    }
  }[]
}

export interface Placed {
  readonly electionId: string
  readonly engines: Addresses
  readonly image: { readonly repository: string; readonly tag: string }
  /** Number of publishers: a second one stands by if both can see the log. */
  readonly publishers: number
}

export function release({ kubeconfig, namespace, helm }: Settings) {
  const env = { KUBECONFIG: kubeconfig }
  const inNamespace = ['--namespace', namespace]
  const kubectl = (args: readonly string[], input?: string) =>
    must('kubectl', [...inNamespace, ...args], { env, ...(input !== undefined && { input }) })
  const upgrade = (...changes: readonly string[]) =>
    must(helm, ['upgrade', NAME, CHART, ...inNamespace, '--reuse-values', ...changes, '--timeout', WAIT], {
      env,
    })

  const pods = async (): Promise<readonly Pod[]> => {
    const { items } = JSON.parse(await kubectl(['get', 'pods', '--output', 'json'])) as PodList
    return items.map(({ metadata, status }) => ({
      name: metadata.name,
      component: metadata.labels['app.kubernetes.io/component'] ?? '',
      ip: status.podIP ?? '',
      isReady: (status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True'),
      isEnding: metadata.deletionTimestamp !== undefined,
    }))
  }
  const clusterIp = async (service: string): Promise<string> => {
    const address = 'jsonpath={.spec.clusterIP}:{.spec.ports[0].port}'
    return `http://${(await kubectl(['get', 'service', service, '--output', address])).trim()}`
  }

  return {
    kubectl,
    pods,
    upgrade,
    begin: async () => {
      await ran('kubectl', ['delete', 'namespace', namespace, '--ignore-not-found', '--timeout', WAIT], {
        env,
      })
      await must('kubectl', ['create', 'namespace', namespace], { env })
    },
    apply: (objects: string) => kubectl(['apply', '--filename', '-'], objects),
    install: (placed: Placed) =>
      must(helm, ['install', NAME, CHART, ...inNamespace, '--values', '-', '--timeout', WAIT], {
        env,
        input: JSON.stringify(valuesOf(placed)),
      }),
    rollback: (revision: number) =>
      must(helm, ['rollback', NAME, String(revision), ...inNamespace, '--timeout', WAIT], { env }),
    settled: async (deployed: readonly Deployed[] = DEPLOYMENTS) => {
      for (const one of deployed)
        await kubectl(['rollout', 'status', `deployment/${NAME}-${one}`, '--timeout', WAIT])
    },
    deletePod: (name: string) => kubectl(['delete', 'pod', name, '--wait=false']),
    killPod: (name: string) =>
      kubectl(['delete', 'pod', name, '--grace-period=0', '--force', '--wait=false']),
    gateways: () => clusterIp(NAME),
    publisher: () => clusterIp(`${NAME}-results`),
    /**
     * Runs a command in a results pod with its server's settings, as docs/deployment.md describes.
     */
    execInResults: (args: readonly string[]) =>
      kubectl(['exec', `deployment/${NAME}-results`, '--', 'elections', ...args]),
    remove: () => ran('kubectl', ['delete', 'namespace', namespace, '--timeout', WAIT], { env }),
  }
}

export type Release = ReturnType<typeof release>

/** Small pods, because one machine runs all of them and the engines. */
export function valuesOf({ electionId, engines, image, publishers }: Placed) {
  const port = (address: string): number => Number(new URL(address).port)
  const small = { requests: { cpu: '50m', memory: '192Mi' }, limits: { memory: '640Mi' } }
  const [, kafkaPort] = engines.KAFKA_BROKERS.split(':')
  return {
    image: { ...image, pullPolicy: 'IfNotPresent' },
    elections: [electionId],
    engines: { kafka: { brokers: engines.KAFKA_BROKERS } },
    gateway: { replicas: 2, drainSeconds: 6, resources: small },
    results: { replicas: publishers, resources: small },
    // Spark and the tally run beside the cluster on loopback, so the token crosses no network.
    tally: { replicas: 0 },
    spark: { enabled: false, remoteSecret: { name: 'elections-spark' } },
    prepare: { resources: small },
    publicLog: {
      publishEverySeconds: 1,
      folder: {
        volume: publishers > 1 ? 'claim' : 'emptyDir',
        size: '1Gi',
        accessMode: publishers > 1 ? 'ReadWriteMany' : 'ReadWriteOnce',
      },
    },
    networkPolicy: {
      engines: {
        kafka: { ports: [Number(kafkaPort)] },
        redis: { ports: [port(engines.REDIS_URL)] },
        database: { ports: [port(engines.DATABASE_URL)] },
      },
    },
  }
}

/** Secrets with the engines' addresses and passwords, in the chart's format. */
export function engineSecrets({ REDIS_URL, DATABASE_URL }: Addresses): string {
  const secret = (name: string, url: string) => ({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque' },
    stringData: { url },
  })
  const items = [secret('elections-redis', REDIS_URL), secret('elections-database', DATABASE_URL)]
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}
