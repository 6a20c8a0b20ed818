/**
 * What an instance is started with: its settings, `elections-machine`, and the unit that runs it at
 * every boot.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const part = (name: string) =>
  readFileSync(fileURLToPath(new URL(`machine/${name}`, import.meta.url)), 'utf8')
/** Of user data, by EC2. */
export const MOST_BYTES = 16_384

/** Variables of every machine's script. */
export interface MachineSettings {
  readonly REGION: string
  readonly STACK: string
  /** The logical id of its auto scaling group. */
  readonly ASG: string
  readonly BUNDLE: string
  readonly BUNDLE_SHA256: string
  readonly ROOT: string
  readonly SERVE_JSON: string
}

/** Further variables of the one machine's script. */
export interface OneMachineSettings {
  readonly HANDOVER: string
  readonly VOLUME: string
}

/** The whole of a script: what every machine does, then what this kind of machine does. */
export function machineScript(kind: 'elections-machine' | 'elections-node'): string {
  const own = part(kind)
  return `${part('every-machine.sh').trimEnd()}\n\n${own.slice(own.indexOf('\n') + 1).trimEnd()}\n`
}

/**
 * Values come from us and from CloudFormation alone; a quote in one is written as the shell reads
 * it.
 */
const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`

/** A script as it is, for one that fits. */
const plain = (script: string): string => `cat >/usr/local/sbin/elections-machine <<'MACHINE'
${script.trimEnd()}
MACHINE`

/** Text of base64 in lines of a length that editors and terminals show. */
const LINE = /.{1,120}/g
const packed = (script: string): string => `base64 -d <<'MACHINE' | gzip -d >/usr/local/sbin/elections-machine
${gzipSync(script, { level: 9 }).toString('base64').match(LINE)!.join('\n')}
MACHINE`

/** @param settings of every machine, and of the kind that the script is for */
export function userData(settings: MachineSettings & OneMachineSettings): string {
  return withScript(settings, plain(machineScript('elections-machine')))
}

export function nodeUserData(settings: MachineSettings & Readonly<Record<string, string>>): string {
  return withScript(settings, packed(machineScript('elections-node')))
}

function withScript(settings: object, script: string): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}`)
  return `#!/bin/bash
set -euo pipefail
install -d -m 0755 /etc/elections
cat >/etc/elections/machine.env <<'SETTINGS'
${lines.join('\n')}
SETTINGS
${script}
chmod 0755 /usr/local/sbin/elections-machine
cat >/etc/systemd/system/elections-machine.service <<'UNIT'
[Unit]
Description=Digital Elections: gets the machine ready
After=network-online.target
Wants=network-online.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/elections-machine start
Restart=on-failure
RestartSec=30
TimeoutStartSec=1800
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --now elections-machine
`
}

/**
 * The file of `elections serve` behind CloudFront and the load balancer, which both add to
 * `X-Forwarded-For`.
 */
export function serveSettings(domain: string, root: string): string {
  return JSON.stringify({
    ...{ data: `${root}/data`, host: '0.0.0.0', port: 8443, 'trust-proxy': 2 },
    ...{ 'tls-cert': '/etc/elections/tls.crt', 'tls-key': '/etc/elections/tls.key' },
    ...{ 'metrics-host': '0.0.0.0', 'metrics-port': 9464, base: `https://${domain}/` },
  })
}
