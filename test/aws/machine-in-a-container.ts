/**
 * The user data of the synthesised template run for real, in Debian with systemd: from a blank
 * volume to a vote, again on another machine with the same volume, and on a volume made from a
 * snapshot. Needs root and a Docker daemon.
 *
 * run by: npm run test:aws
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { initElection, type Key, openElectionFile, readKeys, rollOf } from '../server.ts'
import {
  buildImage,
  type Machine,
  type Metadata,
  type Moto,
  startContainer,
  startMetadata,
  startMoto,
  withoutDocker,
} from './container.ts'
import { type Synthesised, synthesised } from './synthesised.ts'

const skip = withoutDocker()
const dir = mkdtempSync(join(tmpdir(), 'elections-aws-machine-'))
const ARCH = process.arch === 'arm64' ? 'arm64' : 'x64'
const BUNDLE =
  process.env.AWS_BUNDLE ??
  join(fileURLToPath(new URL('../..', import.meta.url)), `build/aws/elections-${ARCH}.tgz`)
const MAKE_BUNDLE = fileURLToPath(new URL('../../deploy/aws/bundle.ts', import.meta.url))
const VOLUME_MB = 320
const UNTIL_READY =
  'for i in $(seq 100); do curl -fsS -o /dev/null http://127.0.0.1:9464/readyz && exit; ' +
  'sleep 0.3; done; exit 1'

let moto: Moto
let metadata: Metadata
let synthesis: Synthesised
let keys: readonly Key[]
/** All machines so far. The last one is running. */
const machines: Machine[] = []
const loops: string[] = []
const instances: string[] = []

before(
  async () => {
    if (skip !== false) return
    if (!existsSync(BUNDLE)) execFileSync(process.execPath, [MAKE_BUNDLE, ARCH, BUNDLE], { stdio: 'inherit' })
    synthesis = synthesised({ arch: ARCH, bundle: BUNDLE })
    buildImage()
    moto = await startMoto()
    metadata = await startMetadata()
    const { keysFile } = await initElection(dir, { definition: openElectionFile(), roll: rollOf(20) })
    keys = readKeys(keysFile)
    await moto.s3('PUT', 'assets')
    await moto.s3('PUT', 'handover')
    await moto.s3('PUT', 'assets/bundle.tgz', readFileSync(BUNDLE))
  },
  { timeout: 900_000 },
)
after(async () => {
  for (const machine of machines) machine.die()
  for (const loop of loops) execFileSync('losetup', ['--detach', loop])
  await metadata?.stop()
  await moto?.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** Returns the launch template's user data, with the values that CloudFormation fills in. */
function userDataFor(volume: string, loop: string): string {
  const [template] = Object.values(synthesis.templates.Elections!.findResources('AWS::EC2::LaunchTemplate'))
  const parts: readonly unknown[] =
    template!.Properties.LaunchTemplateData.UserData['Fn::Base64']['Fn::Join'][1]
  const values = parts.map((part) => {
    if (typeof part === 'string') return part
    const said = JSON.stringify(part)
    if (/"Volume/.test(said)) return volume
    if (/"Handover/.test(said)) return 'handover'
    if (/"Fn::Sub":"s3:/.test(said)) return 's3://assets/bundle.tgz'
    throw new Error(`a value that is not known: ${said}`)
  })
  return values.join('').replace(/^REGION=/m, `IMDS='${metadata.url}'\nDEVICE='${loop}'\nREGION=`)
}

function loopOf(file: string): string {
  const loop = execFileSync('losetup', ['--find', '--show', file], { encoding: 'utf8' }).trim()
  loops.push(loop)
  return loop
}

async function startMachine(name: string, volume: string, loop: string): Promise<Machine> {
  const image = /<imageId>(ami-[^<]+)/.exec(await moto.ec2('DescribeImages'))![1]!
  const asked = { ImageId: image, MinCount: '1', MaxCount: '1' }
  const instance = /<instanceId>([^<]+)/.exec(await moto.ec2('RunInstances', asked))![1]!
  instances.push(instance)
  metadata.setInstance(instance)
  const machine = await startContainer(`elections-test-${name}-${process.pid}`, loop, moto.url)
  machines.push(machine)
  machine.run('cat >/var/tmp/user-data; chmod +x /var/tmp/user-data', userDataFor(volume, loop))
  // No fixed wait: the test waits for lines of the machine's journal.
  machine.run('systemd-run --quiet --unit=user-data /var/tmp/user-data')
  return machine
}

async function makeVolume(): Promise<string> {
  const asked = { AvailabilityZone: 'eu-central-1a', Size: '1' }
  return /<volumeId>([^<]+)/.exec(await moto.ec2('CreateVolume', asked))![1]!
}

interface Answer {
  readonly status: number
  readonly body: string
}

const agent = new Agent({ rejectUnauthorized: false })

/** Requests the way the load balancer does: over TLS, with any certificate. */
function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      agent,
      method,
      headers: { host: 'vote.example.org', 'content-type': 'application/json', ...headers },
    }
    const asked = request(`https://127.0.0.1:8443${path}`, options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode!, body: text }))
    })
    asked.on('error', reject)
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

const RETRY = { 'idempotency-key': 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee' }
const ballot = (key: Key) => ({ personal_id: key.personal_id, guid: key.guid, candidate: 'ada' })

let volume: string
let receipt: Answer
const disk = join(dir, 'disk')

test('from a blank volume to the first vote', { skip, timeout: 900_000 }, async () => {
  writeFileSync(disk, '')
  truncateSync(disk, VOLUME_MB * 2 ** 20)
  volume = await makeVolume()
  const machine = await startMachine('first', volume, loopOf(disk))
  await machine.says(/elections-machine: ready/, 800)
  assert.match(machine.journal(), /making a file system on vol-/)
  assert.match(machine.journal(), /no election yet/)

  execFileSync('tar', [
    '-C',
    join(dir, 'data'),
    '-czf',
    join(dir, 'election.tgz'),
    'settings.json',
    'elections',
  ])
  await moto.s3('PUT', 'handover/election.tgz', readFileSync(join(dir, 'election.tgz')))
  machine.run('systemctl start elections-receive')
  await machine.says(/took in the election/, 400)
  machine.run(UNTIL_READY)
  receipt = await ask('POST', '/vote', ballot(keys[0]!), RETRY)
  assert.equal(receipt.status, 201, receipt.body)
  assert.doesNotMatch(await moto.s3('GET', 'handover'), /<Key>/)
  // The machine runs the hardened service under its own account.
  assert.equal(machine.run('systemctl show --property User --value elections'), 'elections')
})

test('the machine’s journal contains no secret, and it used only version 2 of the metadata service', {
  skip,
}, async () => {
  const said = machines[0]!.journal()
  const secret = readFileSync(join(dir, 'data/elections/test-election/keys/election-secret'))
  for (const words of [secret.toString('hex'), secret.toString('base64'), keys[0]!.guid])
    assert.ok(!said.includes(words))
  assert.equal(await metadata.refused(), 0)
})

test('a second run of the start changes nothing, and the server keeps running', {
  skip,
  timeout: 600_000,
}, () => {
  const machine = machines[0]!
  const pid = machine.run('systemctl show --property MainPID --value elections')
  machine.run('elections-machine start')
  assert.equal(machine.run('systemctl show --property MainPID --value elections'), pid)
})

test('an archive with more than a data folder is refused', { skip, timeout: 600_000 }, () => {
  const taken = machines[0]!.run(`
    set -e; cd "$(mktemp -d)"; mkdir -p elections/e1 && echo '{}' >settings.json && echo k >keys.csv
    tar -czf good.tgz settings.json elections; tar -czf keys.tgz settings.json keys.csv
    ln -s /etc/shadow elections/e1/x; tar -czf link.tgz settings.json elections
    tar -P -czf out.tgz /etc/hostname
    eval "$(sed -n '/^is_clean/,/^}/p; /^say()/p' /usr/local/sbin/elections-machine)"
    for each in good keys link out; do is_clean $each.tgz 2>/dev/null && echo "$each"; done; true`)
  assert.equal(taken, 'good')
})

test('after the machine dies, another one waits for the volume and serves it without loss', {
  skip,
  timeout: 900_000,
}, async () => {
  machines[0]!.die()
  const machine = await startMachine('second', volume, loops[0]!)
  // AWS detaches the volume after the first machine has ended.
  await machine.says(/waiting for vol-/, 400)
  const held = { VolumeId: volume, InstanceId: instances[0]!, Device: '/dev/sdf' }
  await moto.ec2('DetachVolume', held)
  await machine.says(/elections-machine: ready/, 800)
  machine.run(UNTIL_READY)
  assert.doesNotMatch(machine.journal(), /making a file system/)
  const again = await ask('POST', '/vote', ballot(keys[0]!), RETRY)
  assert.equal(again.status, receipt.status)
  // The same ballot. The server signs its promise again after a restart.
  assert.equal(JSON.parse(again.body).tracker, JSON.parse(receipt.body).tracker)
  assert.equal((await ask('POST', '/vote', ballot(keys[0]!))).status, 409)
  assert.equal((await ask('POST', '/vote', ballot(keys[1]!))).status, 201)
})

test('on a volume made from a snapshot no server starts, and its ballots can be counted', {
  skip,
  timeout: 900_000,
}, async () => {
  const before = machines.at(-1)!
  // A stopped server stays stopped: neither timer starts it.
  before.run('systemctl stop elections; systemctl start elections-receive elections-watch; sync')
  assert.equal(before.run('systemctl is-active elections || true'), 'inactive')
  before.die()
  const copy = join(dir, 'copy')
  copyFileSync(disk, copy)
  const machine = await startMachine('restored', await makeVolume(), loopOf(copy))
  await machine.says(/elections-machine: ready/, 800)
  assert.match(machine.journal(), /This volume was made from a snapshot/)
  assert.equal(machine.run('systemctl is-active elections || true'), 'inactive')
  await assert.rejects(ask('GET', '/results'))
  assert.match(machine.run('elections tally --data /srv/elections/data'), /^Test election: 2 ballots/)
})
