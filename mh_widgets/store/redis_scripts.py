"""The Lua scripts of ``redis.py``. Each runs atomically, on the server's clock."""

from __future__ import annotations

_NOW = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1e6
"""

#: KEYS: project, lease, account. ARGV: owner, known, per_s ("" is none), lease_s, max_lease_s, max_turn_s,
#: burst, max_planned_s. Returns {outcome, seconds as text}.
CLAIM = (
    _NOW
    + """
local version = redis.call('HGET', KEYS[1], 'version')
if version and version ~= ARGV[2] then return {'news', '0'} end
local account = redis.call('HMGET', KEYS[3], 'quiet_until', 'next_at')
local quiet = tonumber(account[1] or '0')
if quiet > now and quiet <= now + ARGV[5] then return {'quiet', tostring(quiet - now)} end
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[1] then
  return {'held', tostring(math.max(0, redis.call('PTTL', KEYS[2])) / 1000)}
end
local wait = 0
if ARGV[3] ~= '' then
  local planned = tonumber(account[2] or '0')
  if planned > now + ARGV[8] then planned = 0 end
  local turn = math.max(planned, now - ARGV[7] / ARGV[3])
  wait = math.max(0, turn - now)
  if wait > tonumber(ARGV[6]) then return {'busy', tostring(wait)} end
  redis.call('HSET', KEYS[3], 'next_at', string.format('%.6f', turn + 1 / ARGV[3]))
  redis.call('EXPIRE', KEYS[3], 3600)
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', math.ceil((wait + ARGV[4]) * 1000))
return {'granted', tostring(wait)}
"""
)

#: KEYS: lease. ARGV: owner, milliseconds.
HOLD = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""

#: KEYS: account. ARGV: quiet_s.
QUIET = (
    _NOW
    + """
local until_ = math.max(now + ARGV[1], tonumber(redis.call('HGET', KEYS[1], 'quiet_until') or '0'))
redis.call('HSET', KEYS[1], 'quiet_until', string.format('%.6f', until_))
redis.call('EXPIRE', KEYS[1], 3600)
return 0
"""
)

#: KEYS: project, lease, newest, counter. ARGV: writer, known ("" for an event), status, created_at, due_s (""
#: is none), id, channel, keep, days, then the fields of the record. The rule is ``base.may_replace``.
RECORD = (
    _NOW
    + """
local ends = {complete = true, error = true, canceled = true, deleted = true}
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
local old = redis.call('HMGET', KEYS[1], 'status', 'version')
if old[2] then
  local may = ARGV[2] == old[2] or (ARGV[3] == 'deleted' and old[1] ~= 'deleted')
  if not may then may = not ends[old[1]] and (ARGV[2] == '' or ends[ARGV[3]]) end
  if not may then return 0 end
end
-- As base.first_version: a server that was emptied must not count below what kernels know.
redis.call('SET', KEYS[4], string.format('%.0f', math.floor(now * 1e6)), 'NX')
local version = redis.call('INCR', KEYS[4])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'version', version, 'writer', ARGV[1], 'status', ARGV[3], 'created_at', ARGV[4],
  'answered_at', string.format('%.6f', now), unpack(ARGV, 10))
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'due_at', string.format('%.6f', now + ARGV[5])) end
redis.call('EXPIRE', KEYS[1], ARGV[9] * 86400)
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[6])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - ARGV[8])
redis.call('EXPIRE', KEYS[3], ARGV[9] * 86400)
redis.call('PUBLISH', ARGV[7], ARGV[6])
return version
"""
)
