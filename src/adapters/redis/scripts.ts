/**
 * The Lua scripts that run inside Redis. Every script works on one shard, whose keys all have one
 * hash tag, so that a Redis cluster keeps them in one slot. The scripts build the buckets' names
 * from a prefix with that tag. Ballots and answers are packed into one text per call (packing.ts).
 *
 * A bucket is a hash of some 32 keys, small enough that Redis keeps it packed. Its fields are the
 * first 16 bytes of the tags; a value is a state and its data:
 *   i district                              issued
 *   r district nonce choices                reserved
 *   s district nonce mark choices           reserved by a ballot with a retry mark
 *   u district nonce                        used
 *   m district nonce mark choices           used by a ballot with a retry mark
 * The outbox lists the reserved keys: a hash from tags to milliseconds of the last access. It also
 * contains a long filler, so that Redis keeps it as a table, in which lookups need no search.
 */
import { createHash } from 'node:crypto'

export interface Script {
  readonly text: string
  readonly sha: string
}

const OPEN = `
local facts = redis.call('HMGET', KEYS[1], 'ready', 'fingerprint', 'generation', 'buckets', 'closed', 'ended')
local sub, unpack, pack = string.sub, struct.unpack, struct.pack
`
const BUCKET = `ARGV[1] .. facts[3] .. ':' .. (unpack('>I4', tag, 5) % buckets)`

/**
 * Returns why an issued key that is not taken cannot be reserved now for this ballot; nil if it
 * can.
 */
const MAY_NOT = `
local function mayNot(district, flags, set)
  if facts[5] then return 'C' end
  if flags == 1 then return 'F' end
  if set > 0 then
    local d = unpack('>I2', district)
    local byte = string.byte(ARGV[3 + set], math.floor(d / 8) + 1)
    if not byte or math.floor(byte / 2 ^ (d % 8)) % 2 ~= 1 then return 'X' end
  end
  if flags == 2 then return 'F' end
end
`
/** Returns the answer for a taken key to a ballot with a nonce; nil if the key is not taken. */
const TAKEN = `
local function taken(value, nonce)
  local state = sub(value, 1, 1)
  if state == 'u' or state == 'm' then return 'U' .. pack('>I2', #value) .. value end
  if state == 'r' or state == 's' then
    return sub(value, 4, 19) == nonce and 'R' .. sub(value, 2, 3) or 'W'
  end
end
`

/**
 * KEYS: facts, outbox. ARGV: bucket prefix, fingerprint, ballots, district sets as bits from
 * ARGV[4] on.
 */
export const RESERVE = script(`${OPEN}${MAY_NOT}${TAKEN}
if facts[1] ~= '1' or facts[2] ~= ARGV[2] then return 'N' end
local buckets = tonumber(facts[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ballots, at, answers = ARGV[3], 1, {}
local size = #ballots
while at <= size do
  local tag, nonce = sub(ballots, at, at + 31), sub(ballots, at + 32, at + 47)
  local flags, set, length = unpack('>BI2I2', ballots, at + 48)
  at = at + 53
  local mark = ''
  if flags >= 4 then
    flags = flags - 4
    mark = sub(ballots, at, at + 15)
    at = at + 16
  end
  local choices = sub(ballots, at, at + length - 1)
  at = at + length
  local bucket, field = ${BUCKET}, sub(tag, 1, 16)
  local value = redis.call('HGET', bucket, field)
  local answer
  if not value then
    answer = 'K'
  else
    local district = sub(value, 2, 3)
    answer = taken(value, nonce) or mayNot(district, flags, set)
    if not answer then
      redis.call('HSET', bucket, field, (mark == '' and 'r' or 's') .. district .. nonce .. mark .. choices)
      redis.call('HSET', KEYS[2], tag, now)
      answer = 'R' .. district
    end
  end
  answers[#answers + 1] = answer
end
return table.concat(answers)`)

/**
 * KEYS and ARGV as above. Ballots: tag nonce district has-mark length [mark] choices. Returns codes
 * and the count.
 */
export const USE = script(`${OPEN}
if facts[2] ~= ARGV[2] then return {'N', 0} end
local buckets = tonumber(facts[4])
local ballots, at, answers, used = ARGV[3], 1, {}, 0
local size = #ballots
while at <= size do
  local tag, nonce = sub(ballots, at, at + 31), sub(ballots, at + 32, at + 47)
  local district = sub(ballots, at + 48, at + 49)
  local marked, length = unpack('>BI2', ballots, at + 50)
  at = at + 53
  local mark = ''
  if marked == 1 then
    mark = sub(ballots, at, at + 15)
    at = at + 16
  end
  local choices = sub(ballots, at, at + length - 1)
  at = at + length
  local bucket, field = ${BUCKET}, sub(tag, 1, 16)
  local value = redis.call('HGET', bucket, field)
  local answer
  if not value then
    answer = 'K'
  else
    local state = sub(value, 1, 1)
    if state == 'i' and facts[6] or state ~= 'i' and sub(value, 4, 19) ~= nonce then
      answer = 'D'
    else
      answer = 'O'
      if state == 'i' or state == 'r' or state == 's' then
        used = used + 1
        if marked == 1 then
          redis.call('HSET', bucket, field, 'm' .. district .. nonce .. mark .. choices)
        else
          redis.call('HSET', bucket, field, 'u' .. district .. nonce)
        end
      end
      if state == 'r' or state == 's' then redis.call('HDEL', KEYS[2], tag) end
    end
  end
  answers[#answers + 1] = answer
end
return {table.concat(answers), redis.call('HINCRBY', KEYS[1], 'used', used)}`)

/**
 * KEYS: facts, outbox. ARGV: bucket prefix, fingerprint, least age in ms, limit. Returns tags with
 * their values.
 */
export const CLAIM = script(`${OPEN}
if facts[2] ~= ARGV[2] then return '' end
local buckets = tonumber(facts[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local outbox, claimed = redis.call('HGETALL', KEYS[2]), {}
for i = 1, #outbox, 2 do
  local tag = outbox[i]
  if #claimed >= tonumber(ARGV[4]) then break end
  if #tag == 32 and now - outbox[i + 1] >= tonumber(ARGV[3]) then
    local value = redis.call('HGET', ${BUCKET}, sub(tag, 1, 16))
    local state = value and sub(value, 1, 1)
    if state == 'r' or state == 's' then
      redis.call('HSET', KEYS[2], tag, now)
      claimed[#claimed + 1] = tag .. pack('>I2', #value) .. value
    else
      redis.call('HDEL', KEYS[2], tag)
    end
  end
end
return table.concat(claimed)`)

/**
 * KEYS: facts. ARGV: bucket prefix, fingerprint, tag. Returns the value, '' if there is no such
 * key, or N if no keys are loaded.
 */
export const FIND = script(`${OPEN}
if facts[1] ~= '1' or facts[2] ~= ARGV[2] then return 'N' end
local buckets, tag = tonumber(facts[4]), ARGV[3]
return redis.call('HGET', ${BUCKET}, sub(tag, 1, 16)) or ''`)

/**
 * KEYS: facts. ARGV: bucket prefix, fingerprint, generation, keys packed as 16 bytes of tag and a
 * district.
 */
export const LOAD = script(`${OPEN}
if facts[2] ~= ARGV[2] or facts[3] ~= ARGV[3] then
  return redis.error_reply('ANOTHER process is loading the keys')
end
local buckets, keys = tonumber(facts[4]), ARGV[4]
for at = 1, #keys, 18 do
  local tag = sub(keys, at, at + 15)
  redis.call('HSET', ${BUCKET}, tag, 'i' .. sub(keys, at + 16, at + 17))
end
return #keys / 18`)

export function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}
