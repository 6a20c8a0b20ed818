/**
 * How the script of a cluster's machines handles addresses, keys and elections. Bash runs the
 * script's own functions. A program that uses a folder stands in for AWS' command line.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { machineScript } from '../../deploy/aws/user-data.ts'
import { electionDir } from '../../src/adapters/embedded/layout.ts'
import { kubernetesSecrets } from '../../src/organise/cluster/emitted-secret.ts'
import { mountedElections } from '../../src/organise/cluster/mounted-secrets.ts'
import { initElection, openElectionFile, rollOf } from '../server.ts'

const skip = process.platform === 'linux' ? false : 'machines run Linux'
const dir = mkdtempSync(join(tmpdir(), 'elections-node-'))
after(() => rmSync(dir, { recursive: true, force: true }))
const AWS = join(dir, 'aws')
const MEMORY = join(dir, 'memory')
const HOLD = join(dir, 'program')
for (const folder of [AWS, HOLD, join(AWS, 'handover')]) mkdirSync(folder, { recursive: true })

/** The stand-in for AWS' command line. It records its calls in the file `asked`. */
const STUB = `#!/bin/bash
echo "$*" >>"${AWS}/asked"
case "$1 $2" in
  'secretsmanager get-secret-value') cat "${AWS}/secret-$4" ;;
  'kafka get-bootstrap-brokers') cat "${AWS}/brokers" ;;
  'ssm get-parameters-by-path') cat "${AWS}/parameters" ;;
  'ssm put-parameter') cp "\${4#file://}" "${AWS}/put-$(ls "${AWS}" | grep -c '^put-')" ;;
  's3 cp')
    shift 3
    [[ $1 = s3://* ]] && cp "${AWS}/\${1#s3://}" "$2" || cp "$1" "${AWS}/\${2#s3://}" ;;
  's3 rm') rm "${AWS}/\${4#s3://}" ;;
  *) exit 64 ;;
esac
`
const BIN = join(dir, 'bin')
mkdirSync(BIN)
for (const [path, text] of [
  [join(BIN, 'aws'), STUB],
  [join(HOLD, 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`],
] as const) {
  writeFileSync(path, text)
  chmodSync(path, 0o755)
}

const SETTINGS = {
  ...{
    REGION: 'eu-central-1',
    BUNDLE: 'b',
    BUNDLE_SHA256: 'c',
    ROOT: join(dir, 'root'),
    STACK: 's',
    ASG: 'a',
  },
  ...{ SERVE_JSON: '{"cluster":true,"role":"gateway"}', KMS_KEY: 'arn:aws:kms:k', KAFKA: 'arn:aws:kafka:k' },
  ...{ KAFKA_SECRET: 'kafka', DATABASE_SECRET: 'database', REDIS_SECRET: 'redis' },
  ...{ REDIS: 'clustercfg.e.example:6379', KEYS: '/ElectionsCluster/keys', SEALS: '/ElectionsCluster/seals' },
  HANDOVER: 'handover',
}
/** The script without its last command, which evaluates the arguments. */
const FUNCTIONS = machineScript('elections-node').replace(/^case \$\{1:-\} in\n[\s\S]*$/m, '')
/** Replaces commands that need a real machine: accounts, systemd. */
const HERE = `
MEMORY=${MEMORY} ENGINES=${MEMORY}/engines MOUNTED=${MEMORY}/keys PROGRAM=${HOLD} CONFIG=${dir}/elections.json
chown() { :; }
nproc() { echo 4; }
systemctl() { echo "systemctl $*" >>"${AWS}/asked"; [ "$1" != is-active ] || [ -e "${AWS}/active" ]; }
sleep() { :; }
`

/** @returns the output @throws if the command fails */
function run(role: string, commands: string): string {
  const settings = join(dir, 'machine.env')
  const lines = Object.entries({ ...SETTINGS, ROLE: role }).map(([name, value]) => `${name}='${value}'\n`)
  writeFileSync(settings, lines.join(''))
  writeFileSync(join(dir, 'script'), `${FUNCTIONS}${HERE}${commands}\n`)
  const env = { PATH: `${BIN}:${process.env.PATH}`, ELECTIONS_MACHINE: settings }
  const { stdout, stderr, status } = spawnSync('bash', [join(dir, 'script')], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`ended with ${status}: ${stderr}`)
  return stdout
}

const asked = () => readFileSync(join(AWS, 'asked'), 'utf8')
const parametersAre = (parameters: readonly { Name: string; Value: string }[]) =>
  writeFileSync(join(AWS, 'parameters'), JSON.stringify({ Parameters: parameters }))

test('each engine’s address is in its own file, with its password escaped as a URL requires', {
  skip,
}, () => {
  const login = { username: 'elections', password: 'Abc123' }
  const database = { ...login, password: 'a/b@c:d', host: 'db.example', port: 5432, dbname: 'elections' }
  for (const [name, fields] of Object.entries({ kafka: login, redis: login, database }))
    writeFileSync(join(AWS, `secret-${name}`), JSON.stringify(fields))
  run('gateway', 'addresses')
  const read = (name: string) => readFileSync(join(MEMORY, 'engines', name), 'utf8')
  assert.equal(
    read('database-url'),
    'postgres://elections:a%2Fb%40c%3Ad@db.example:5432/elections?sslmode=verify-full\n',
  )
  assert.equal(read('redis-url'), 'rediss://elections:Abc123@clustercfg.e.example:6379\n')
  assert.equal(read('kafka-password'), 'Abc123\n')
  for (const name of readdirSync(join(MEMORY, 'engines')))
    assert.equal(statSync(join(MEMORY, 'engines', name)).mode & 0o777, 0o440, name)
  assert.equal(statSync(MEMORY).mode & 0o777, 0o750)
  // A secret without the expected field gives no address.
  writeFileSync(join(AWS, 'secret-redis'), '{"username":"elections"}')
  assert.throws(() => run('gateway', 'addresses'))
  assert.equal(read('redis-url'), 'rediss://elections:Abc123@clustercfg.e.example:6379\n')
})

test('only Amazon’s authorities are trusted for the engines: those of RDS and those in Node', {
  skip,
}, () => {
  const [other] = rootCertificates
  const curl = (text: string) => `curl() { while [ "$1" != -o ]; do shift; done; echo '${text}' >"$2"; }`
  const file = join(dir, 'engine-ca.pem')
  run('gateway', `AUTHORITIES=${file}\n${curl(other!)}\nauthorities`)
  const [rds, ...amazon] = readFileSync(file, 'utf8')
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .filter((pem) => pem.includes('BEGIN'))
    .map((pem) => new X509Certificate(pem))
  assert.equal(rds!.fingerprint256, new X509Certificate(other!).fingerprint256)
  assert.ok(amazon.length >= 4)
  for (const { subject } of amazon) assert.match(subject, /^O=(Amazon|Starfield)/m)
  assert.ok(amazon.some(({ subject }) => subject.includes('CN=Amazon Root CA 1')))
  const before = readFileSync(file)
  assert.throws(() => run('gateway', `AUTHORITIES=${file}\n${curl('<html>')}\nauthorities`))
  assert.deepEqual(readFileSync(file), before)
})

test('settings are the template’s plus the brokers and the number of processors', { skip }, () => {
  writeFileSync(join(AWS, 'brokers'), 'b-1.e.example:9096,b-2.e.example:9096\n')
  const configured = (role: string) => {
    run(role, 'configure')
    return JSON.parse(readFileSync(join(dir, 'elections.json'), 'utf8'))
  }
  const expected = { cluster: true, role: 'gateway', kafka: 'b-1.e.example:9096,b-2.e.example:9096' }
  assert.deepEqual(configured('gateway'), { ...expected, workers: 4 })
  assert.deepEqual(configured('results'), expected)
  writeFileSync(join(AWS, 'brokers'), 'None\n')
  assert.throws(() => run('gateway', 'configure'), /Kafka has no address yet/)
})

test('keys are fetched completely, once, and only by their role', { skip }, () => {
  const of = (id: string, file: string, text = 'k'.repeat(32)) => ({
    Name: `/ElectionsCluster/keys/${id}/${file}`,
    Value: Buffer.from(text).toString('base64'),
  })
  parametersAre([
    of('e1', 'election-secret'),
    of('../e2', 'log-key'),
    of('e3', 'election-secret'),
    of('E4', 'x'),
  ])
  run('gateway', 'receive start')
  assert.deepEqual(readdirSync(join(MEMORY, 'keys')), [], 'an incomplete election is not stored')
  assert.doesNotMatch(asked(), /systemctl (re)?start/)

  parametersAre([of('e1', 'election-secret'), of('e1', 'log-key', 'log'), of('e1', 'seal-key')])
  run('gateway', 'receive')
  assert.deepEqual(readdirSync(join(MEMORY, 'keys', 'e1')).sort(), ['election-secret', 'log-key'])
  assert.equal(readFileSync(join(MEMORY, 'keys/e1/log-key'), 'utf8'), 'log')
  assert.equal(statSync(join(MEMORY, 'keys/e1/log-key')).mode & 0o777, 0o440)
  assert.match(asked(), /systemctl start elections\n$/)
  assert.deepEqual(mountedElections(join(MEMORY, 'keys')), ['e1'])

  // A stopped server stays stopped until another election arrives.
  run('gateway', 'receive')
  assert.match(asked(), /get-parameters-by-path[^\n]*\n$/)
  writeFileSync(join(AWS, 'active'), '')
  parametersAre(['e1', 'e2'].flatMap((id) => [of(id, 'election-secret'), of(id, 'log-key')]))
  run('gateway', 'receive')
  assert.match(asked(), /systemctl restart elections\n$/)

  rmSync(join(MEMORY, 'keys'), { recursive: true })
  mkdirSync(join(MEMORY, 'keys'))
  parametersAre([of('e1', 'election-secret'), of('e1', 'log-key'), of('e1', 'seal-key')])
  run('tally', 'receive')
  assert.deepEqual(readdirSync(join(MEMORY, 'keys', 'e1')), ['seal-key'])
})

test('making an election stores its keys, returns the voter keys encrypted, and leaves no file', {
  skip: skip || (existsSync('/dev/shm') ? false : 'needs a folder in memory'),
}, async () => {
  const { keysFile } = await initElection(dir, { definition: openElectionFile(), roll: rollOf(20) })
  const folder = electionDir(join(dir, 'data'), 'test-election')
  const yaml = kubernetesSecrets(folder, 'test-election')
  writeFileSync(join(dir, 'secret.yaml'), yaml)
  const before = readdirSync('/dev/shm')
  const handedOver = () => {
    for (const name of ['election.json', 'voters.csv']) writeFileSync(join(AWS, 'handover', name), 'x')
  }
  handedOver()
  const init = `elections_do() {
    while [ $# -gt 0 ]; do
      [ "$1" != --keys ] || cp '${keysFile}' "$2"
      [ "$1" != --emit-secret ] || cp '${join(dir, 'secret.yaml')}' "$2"
      shift
    done
  }`
  const said = run('results', `${init}\nmake election.json voters.csv`)
  const puts = readdirSync(AWS)
    .filter((name) => name.startsWith('put-'))
    .map((name) => JSON.parse(readFileSync(join(AWS, name), 'utf8')))
  assert.deepEqual(
    puts.map(({ Name, Type, Overwrite, KeyId }) => [Name, Type, Overwrite, KeyId]),
    [
      ['/ElectionsCluster/seals/test-election/seal-key', 'SecureString', false, 'arn:aws:kms:k'],
      ['/ElectionsCluster/keys/test-election/election-secret', 'SecureString', false, 'arn:aws:kms:k'],
      ['/ElectionsCluster/keys/test-election/log-key', 'SecureString', false, 'arn:aws:kms:k'],
    ],
  )
  // The way a server reads them.
  for (const [name, bytes] of [
    ['election-secret', readFileSync(join(folder, 'keys/election-secret'))],
    ['log-key', readFileSync(join(folder, 'keys/log-key'))],
  ] as const) {
    const put = puts.find(({ Name }) => Name.endsWith(name))
    assert.deepEqual(Buffer.from(put.Value, 'base64'), bytes)
    assert.ok(!asked().includes(put.Value), 'no key stands in a command line')
  }
  assert.deepEqual(readdirSync(join(AWS, 'handover')), ['voter-keys.csv.enc'])
  const phrase = /shown once: {3}([A-Z2-7]{32})\n/.exec(said)![1]!
  const decrypt = ['enc', '-d', '-aes-256-cbc', '-pbkdf2', '-iter', '600000', '-pass', 'stdin']
  const decrypted = execFileSync('openssl', [...decrypt, '-in', join(AWS, 'handover/voter-keys.csv.enc')], {
    input: `${phrase}\n`,
  })
  assert.deepEqual(decrypted, readFileSync(keysFile))
  assert.ok(!asked().includes(phrase))
  const left = () =>
    readdirSync('/dev/shm').filter((name) => name.startsWith('elections-') && !before.includes(name))
  assert.deepEqual(left(), [])

  // Refused: nothing is stored, and the handover bucket is unchanged.
  handedOver()
  assert.throws(
    () => run('results', 'elections_do() { return 2; }\nmake election.json voters.csv'),
    /not made/,
  )
  assert.deepEqual(left(), [])
  assert.ok(existsSync(join(AWS, 'handover/election.json')))
  assert.throws(() => run('gateway', 'make election.json voters.csv'), /on the machine of the role results/)
})
