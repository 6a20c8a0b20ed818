/**
 * Renders the chart and checks the objects in one process for all values of a test
 * (test/go-kubernetes): with Helm's packages, the schemas of Kubernetes and of the operators, and
 * Pod Security "restricted".
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chartcheck, schemaModules } from '../go-tools.ts'

export const CHART = fileURLToPath(new URL('../../deploy/kubernetes', import.meta.url))
/** The oldest version of Kubernetes that Chart.yaml allows. */
const KUBERNETES = '1.30'
/** Folders with CustomResourceDefinitions in Go modules. */
const CRDS = [
  ['github.com/prometheus-operator/prometheus-operator', 'example/prometheus-operator-crd'],
  ['sigs.k8s.io/gateway-api', 'config/crd/standard'],
  ['github.com/cloudnative-pg/cloudnative-pg', 'config/crd/bases'],
] as const

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes, of any kind
export type KubernetesObject = any
export type Values = Readonly<Record<string, unknown>>

export interface Rendered {
  readonly objects: readonly KubernetesObject[]
  readonly notes?: string
  /** Why Kubernetes would refuse the objects. */
  readonly problems: readonly string[]
  /** Why the chart refuses the values. */
  readonly refused?: string
}

export interface Chart {
  /** @param release the release's name; "vote" by default */
  readonly render: (values: Values, release?: string) => Promise<Rendered>
  /** Renders with files of values. Later files override earlier ones. */
  readonly renderFiles: (files: readonly string[]) => Promise<Rendered>
  /** Does what "helm lint --strict" does. */
  readonly lint: (values: Values) => Promise<Rendered>
  /** Checks the objects of a file. */
  readonly judge: (yaml: string) => Promise<Rendered>
  readonly close: () => Promise<void>
}

/** @param crds more folders with CustomResourceDefinitions */
export function openChart(crds: readonly string[] = []): Chart {
  const modules = schemaModules()
  const openApi = join(modules.get('sigs.k8s.io/kubectl-validate')!, 'pkg/openapiclient/builtins', KUBERNETES)
  const folders = CRDS.map(([path, folder]) => join(modules.get(path)!, folder))
  const child = spawn(chartcheck(), [CHART, KUBERNETES, openApi, ...folders, ...crds], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const ended = once(child, 'close')
  const ask = async (question: object): Promise<Rendered> => {
    child.stdin.write(`${JSON.stringify(question)}\n`)
    const { value, done } = await lines.next()
    if (done) throw new Error('chartcheck ended')
    return JSON.parse(value)
  }
  return {
    render: (values, release = 'vote') => ask({ values, release }),
    renderFiles: (files) => ask({ files, release: 'vote' }),
    lint: (values) => ask({ values, lint: true }),
    judge: (yaml) => ask({ yaml }),
    close: async () => {
      child.stdin.end()
      await ended
    },
  }
}
