package redisstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gomsys/gomsys/msys/gaugecache"
)

// addGauge changes a gauge. KEYS: values, times of change. ARGV: key, delta,
// time to live in ms (0: for ever), greatest number of keys. Up to 100 keys
// that have expired go with it, and the surplus, oldest first.
var addGauge = newScript(`
local t = redis.call('TIME')
local now, ttl = t[1] * 1000000 + t[2], tonumber(ARGV[3])
if ttl > 0 then
  local edge = now - ttl * 1000
  local old = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', edge, 'LIMIT', 0, 100)
  local mine = redis.call('ZSCORE', KEYS[2], ARGV[1])
  if mine and tonumber(mine) <= edge then old[#old+1] = ARGV[1] end
  if #old > 0 then
    redis.call('HDEL', KEYS[1], unpack(old))
    redis.call('ZREM', KEYS[2], unpack(old))
  end
end
local value = redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], now, ARGV[1])
local surplus = redis.call('ZCARD', KEYS[2]) - ARGV[4]
while surplus > 0 do
  local n = math.min(surplus, 1000)
  local gone = redis.call('ZPOPMIN', KEYS[2], n)
  for i = 1, #gone, 2 do redis.call('HDEL', KEYS[1], gone[i]) end
  surplus = surplus - n
end
if ttl > 0 then
  redis.call('PEXPIRE', KEYS[1], ttl)
  redis.call('PEXPIRE', KEYS[2], ttl)
else
  redis.call('PERSIST', KEYS[1])
  redis.call('PERSIST', KEYS[2])
end
return value`)

// getGauge gives a gauge's value. KEYS as above. ARGV: key, time to live.
var getGauge = newScript(`
local ttl = tonumber(ARGV[2])
if ttl > 0 then
  local t = redis.call('TIME')
  local at = redis.call('ZSCORE', KEYS[2], ARGV[1])
  if not at or tonumber(at) <= t[1] * 1000000 + t[2] - ttl * 1000 then return 0 end
end
return tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0)`)

// removeGauge removes a gauge, and gives 1 if it was there. KEYS and ARGV as
// above.
var removeGauge = newScript(`
local ttl, t = tonumber(ARGV[2]), redis.call('TIME')
local at = redis.call('ZSCORE', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
if not at or ttl > 0 and tonumber(at) <= t[1] * 1000000 + t[2] - ttl * 1000 then return 0 end
return 1`)

// life gives a time to live in ms, at least 1 if it is not for ever.
func life(l gaugecache.Limits) int64 {
	return int64((l.TTL + time.Millisecond - 1) / time.Millisecond)
}

func (s *Store) gaugeKeys(l gaugecache.Limits) []string {
	base := s.prefix + ":gc:{" + escape(l.Name) + "}"
	return []string{base + ":v", base + ":t"}
}

// gauge runs a script whose result is a number.
func (s *Store) gauge(ctx context.Context, sc script, l gaugecache.Limits, args ...any) (int64, error) {
	v, err := s.one(ctx, sc, s.gaugeKeys(l), args...)
	if err == nil {
		if n, ok := v.(int64); ok {
			return n, nil
		}
		err = errors.New("no number in the reply")
	}
	err = fmt.Errorf("redisstore: gauge cache %q: %w", l.Name, err)
	if notApplied(err) {
		err = fmt.Errorf("%w: %w", gaugecache.ErrNotApplied, err)
	}
	return 0, err
}

// Add implements gaugecache.Store.
func (s *Store) Add(ctx context.Context, l gaugecache.Limits, key string, delta int64) (int64, error) {
	return s.gauge(ctx, addGauge, l, key, delta, life(l), l.MaxElems)
}

// Get implements gaugecache.Store.
func (s *Store) Get(ctx context.Context, l gaugecache.Limits, key string) (int64, error) {
	return s.gauge(ctx, getGauge, l, key, life(l))
}

// Remove implements gaugecache.Store.
func (s *Store) Remove(ctx context.Context, l gaugecache.Limits, key string) (bool, error) {
	n, err := s.gauge(ctx, removeGauge, l, key, life(l))
	return n == 1, err
}
