/**
 * The user data of an instance: its settings, the script `elections-machine`, and the unit that
 * runs the script at every boot.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const part = (name: string) =>
  readFileSync(fileURLToPath(new URL(`machine/${name}`, import.meta.url)), 'utf8')
/** EC2's limit of user data. */
export const MOST_BYTES = 16_384

/** Variables in the script of every machine. */
export interface MachineSettings {
  readonly REGION: string
  readonly STACK: string
  /** Logical id of the auto scaling group. */
  readonly ASG: string
  readonly BUNDLE: string
  readonly BUNDLE_SHA256: string
  readonly ROOT: string
  readonly SERVE_JSON: string
}

/** Additional variables in the script of the single machine. */
export interface OneMachineSettings {
  readonly HANDOVER: string
  readonly VOLUME: string
}

/** Returns a whole script: the common part, then the part of this kind of machine. */
export function machineScript(kind: 'elections-machine' | 'elections-node'): string {
  const own = part(kind)
  return `${part('every-machine.sh').trimEnd()}\n\n${own.slice(own.indexOf('\n') + 1).trimEnd()}\n`
}

/**
 * Quotes a value for the shell. Values come only from this program and from CloudFormation.
 */
const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`

/** Embeds a script as text, if it fits. */
const plain = (script: string): string => `cat >/usr/local/sbin/elections-machine <<'MACHINE'
${script.trimEnd()}
MACHINE`

/** Splits base64 into lines that editors and terminals can show. */
const LINE = /.{1,120}/g
const packed = (script: string): string => `base64 -d <<'MACHINE' | gzip -d >/usr/local/sbin/elections-machine
${gzipSync(script, { level: 9 }).toString('base64').match(LINE)!.join('\n')}
MACHINE`

/** @param settings the common variables and those of this kind of machine */
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
 * The settings file of `elections serve` behind two proxies: CloudFront and the load balancer each
 * append to `X-Forwarded-For`.
 */
export function serveSettings(domain: string, root: string): string {
  return JSON.stringify({
    ...{ data: `${root}/data`, host: '0.0.0.0', port: 8443, 'trust-proxy': 2 },
    ...{ 'tls-cert': '/etc/elections/tls.crt', 'tls-key': '/etc/elections/tls.key' },
    ...{ 'metrics-host': '0.0.0.0', 'metrics-port': 9464, base: `https://${domain}/` },
  })
}
