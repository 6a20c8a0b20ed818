/** What an instance is started with: its settings, `elections-machine`, and the unit that runs it at every boot. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const MACHINE = readFileSync(fileURLToPath(new URL('machine/elections-machine', import.meta.url)), 'utf8')
/** Of user data, by EC2. */
export const MOST_BYTES = 16_384

export interface MachineSettings {
  readonly REGION: string
  readonly STACK: string
  /** The logical id of its auto scaling group. */
  readonly ASG: string
  readonly BUNDLE: string
  readonly BUNDLE_SHA256: string
  readonly HANDOVER: string
  readonly ROOT: string
  readonly SERVE_JSON: string
  readonly VOLUME: string
}

/** Values come from us and from CloudFormation alone; a quote in one is written as the shell reads it. */
const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`

export function userData(settings: MachineSettings): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}`)
  return `#!/bin/bash
set -euo pipefail
install -d -m 0755 /etc/elections
cat >/etc/elections/machine.env <<'SETTINGS'
${lines.join('\n')}
SETTINGS
cat >/usr/local/sbin/elections-machine <<'MACHINE'
${MACHINE.trimEnd()}
MACHINE
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

/** The file of `elections serve` behind CloudFront and the load balancer, which both add to `X-Forwarded-For`. */
export function serveSettings(domain: string, root: string): string {
  return JSON.stringify({
    ...{ data: `${root}/data`, host: '0.0.0.0', port: 8443, 'trust-proxy': 2 },
    ...{ 'tls-cert': '/etc/elections/tls.crt', 'tls-key': '/etc/elections/tls.key' },
    ...{ 'metrics-host': '0.0.0.0', 'metrics-port': 9464, base: `https://${domain}/` },
  })
}
