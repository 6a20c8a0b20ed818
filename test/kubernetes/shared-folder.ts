/** A volume that two results pods share, on a cluster of one node: a folder of that node. */
import { chownSync, mkdirSync } from 'node:fs'
import type { Release } from './release.ts'
import type { Settings } from './settings.ts'

/** The pods' group (deploy/kubernetes). A folder of the node does not get it by default. */
const USER = 1000

/** @returns the number of publishers that are possible */
export async function sharedFolder(
  { nodeFolder, namespace }: Settings,
  { apply, kubectl }: Release,
): Promise<number> {
  if (nodeFolder === undefined) return 1
  mkdirSync(nodeFolder, { recursive: true, mode: 0o700 })
  chownSync(nodeFolder, USER, USER)
  const name = `${namespace}-log`
  await kubectl(['delete', 'persistentvolume', name, '--ignore-not-found'])
  const volume = {
    ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name } },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteMany'],
      persistentVolumeReclaimPolicy: 'Retain',
      claimRef: { namespace, name: 'elections-log' },
      hostPath: { path: nodeFolder, type: 'Directory' },
    },
  }
  await apply(JSON.stringify(volume))
  return 2
}
