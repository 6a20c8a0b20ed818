/** The systemd unit of a server: what it may do on its machine, and nothing else. Pure. */

export interface ServiceAsked {
  /** Of the service, of its account and of its folder below /var/lib. */
  readonly name: string
  /** The program and what it is started with, in order. */
  readonly command: readonly string[]
  /** The data folder. */
  readonly dataDir: string
  /** Whether it listens at a port below 1024. */
  readonly hasLowPort: boolean
  /** Whether it has a certificate, which may change while it runs. */
  readonly hasTls: boolean
  /** Files with secrets, and the variable that each is handed over in. */
  readonly secrets: readonly ServiceSecret[]
}

export interface ServiceSecret {
  /** `database` */
  readonly name: string
  /** `ELECTIONS_DATABASE_URL_FILE`; of a setting that is a file itself `ELECTIONS_TLS_KEY` */
  readonly variable: string
  readonly path: string
}

export const stateDir = (name: string): string => `/var/lib/${name}`

/** As systemd reads an argument: its own specifiers and variables are not meant. */
export function quoted(argument: string): string {
  const plain = argument.replaceAll('%', '%%').replaceAll('$', '$$$$')
  if (/^[\w@%+=:,./$-]+$/.test(plain)) return plain
  return `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

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
# More than five crashes within a minute: somebody should look.
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
# The program is started directly: systemd starts it again, so that its own launcher has nothing to do.
ExecStart=${command.map(quoted).join(' ')}
${hasTls ? '# A newer certificate is taken over without a restart.\nExecReload=/bin/kill -HUP $MAINPID\n' : ''}Type=exec
Restart=on-failure
RestartSec=1
# 2: a setting is wrong. 3: records contradict each other. Starting again does not help.
RestartPreventExitStatus=2 3
# One SIGTERM: a second one ends the drain. It takes 10 s at most, then the log is brought up to date.
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
      `# Readable by root; systemd hands a copy over in memory.\nLoadCredential=${id}:${path.replaceAll('%', '%%')}\nEnvironment=${variable}=%d/${id}\n`,
  )
  .join('')}
# Every connection is an open file.
LimitNOFILE=65536
# The publisher's thread steps back behind the votes, and becomes as urgent as they are when it is late.
LimitNICE=+0

${rights(asked, inHome)}
[Install]
WantedBy=multi-user.target
`
}

/** What it may do: everything that it does not need is taken away. */
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
# Netlink tells a server on all addresses which those are.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
# Not MemoryDenyWriteExecute: V8 makes machine code while it runs, and does not start with it.
`
}

/** The account of the service, as systemd-sysusers reads it. It signs in nowhere. */
export const accountText = (name: string): string => `u ${name} - "Digital Elections" ${stateDir(name)}\n`
