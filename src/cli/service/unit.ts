/** The text of a server's systemd unit, with only the rights that it needs. */

export interface ServiceAsked {
  /** The name of the service, of its account and of its folder in /var/lib. */
  readonly name: string
  /** The program and its arguments. */
  readonly command: readonly string[]
  /** The data folder. */
  readonly dataDir: string
  /** Whether it listens at a port below 1024. */
  readonly hasLowPort: boolean
  /** Whether it has a certificate, which may change while it runs. */
  readonly hasTls: boolean
  /** Files with secrets, and the variable that names each. */
  readonly secrets: readonly ServiceSecret[]
}

export interface ServiceSecret {
  /** `database` */
  readonly name: string
  /** `ELECTIONS_DATABASE_URL_FILE`; `ELECTIONS_TLS_KEY` for a setting that is a path itself. */
  readonly variable: string
  readonly path: string
}

export const stateDir = (name: string): string => `/var/lib/${name}`

/** Quotes an argument for systemd, which would otherwise expand specifiers and variables in it. */
export function quoted(argument: string): string {
  const plain = argument.replaceAll('%', '%%').replaceAll('$', '$$$$')
  if (/^[\w@%+=:,./$-]+$/.test(plain)) return plain
  return `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

const RELOAD = `# Loads a newer certificate without a restart.
ExecReload=/bin/kill -HUP $MAINPID
`

export function unitText(asked: ServiceAsked): string {
  const { name, command, dataDir, hasTls, secrets } = asked
  const isElsewhere = dataDir !== stateDir(name) && !dataDir.startsWith(`${stateDir(name)}/`)
  const inHome =
    command.some((part) => /^\/(home|root|run\/user)\//.test(part)) || /^\/(home|root)\//.test(dataDir)
  return `[Unit]
Description=Digital Elections (${name})
Documentation=man:systemd.exec(5)
After=network-online.target
Wants=network-online.target
# After more than five crashes within a minute systemd stops restarting: a person must look.
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
# Without the program's own launcher: systemd restarts the server itself.
ExecStart=${command.map(quoted).join(' ')}
${hasTls ? RELOAD : ''}Type=exec
Restart=on-failure
RestartSec=1
# 2: a setting is wrong. 3: records contradict each other. A restart does not help.
RestartPreventExitStatus=2 3
# Only one SIGTERM, because a second one ends the drain. The drain takes at most 10 s; then the log
# is completed.
KillMode=mixed
TimeoutStopSec=45

User=${name}
Group=${name}
UMask=0077
StateDirectory=${name}
StateDirectoryMode=0700
WorkingDirectory=${stateDir(name)}
${isElsewhere ? `ReadWritePaths=${quoted(dataDir)}\n` : ''}${secrets
  .map(
    ({ name: id, variable, path }) =>
      '# Only root can read this file; systemd gives the service a copy in memory.\n' +
      `LoadCredential=${id}:${path.replaceAll('%', '%%')}\nEnvironment=${variable}=%d/${id}\n`,
  )
  .join('')}
# Every connection is an open file.
LimitNOFILE=65536
# The publisher's thread has a lower priority than votes; when it is late, it raises its priority to theirs.
LimitNICE=+0

${rights(asked, inHome)}
[Install]
WantedBy=multi-user.target
`
}

/** The restrictions of the service: it keeps only the rights that it needs. */
function rights({ hasLowPort }: ServiceAsked, inHome: boolean): string {
  const port = hasLowPort ? 'CAP_NET_BIND_SERVICE' : ''
  return `NoNewPrivileges=yes
CapabilityBoundingSet=${port}
AmbientCapabilities=${port}
ProtectSystem=strict
ProtectHome=${inHome ? 'read-only' : 'yes'}
PrivateTmp=yes
PrivateDevices=yes
${hasLowPort ? '' : 'PrivateUsers=yes\n'}ProtectHostname=yes
ProtectClock=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectProc=invisible
RemoveIPC=yes
# A server on all addresses lists them with Netlink.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
# Without MemoryDenyWriteExecute: V8 generates machine code and would not start.
`
}

/** The account of the service for systemd-sysusers, without login. */
export const accountText = (name: string): string => `u ${name} - "Digital Elections" ${stateDir(name)}\n`
