package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// sessionLife is how long the numbers of an item are kept after a change.
const sessionLife = time.Hour

// beat renews a node's lease. KEYS: the nodes. ARGV: the node, the lease in
// ms, 0 to end it. Nodes whose leases ended an hour ago are forgotten.
var beat = newScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 3600000)
if tonumber(ARGV[2]) > 0 then redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
else redis.call('ZREM', KEYS[1], ARGV[1]) end
return 1`)

// alive lists the nodes whose leases last. KEYS: the nodes.
var alive = newScript(`
local t = redis.call('TIME')
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. (t[1] * 1000 + math.floor(t[2] / 1000)), '+inf')`)

func (s *Store) nodesKey() string { return s.prefix + ":nodes" }

func (s *Store) sessionKey(item string) string { return s.prefix + ":ss:" + item }

// PutSessions implements audit.SessionStore: one pipeline.
func (s *Store) PutSessions(ctx context.Context, node string, lease time.Duration, counts map[string]int64) error {
	r := &run{script: beat, keys: []string{s.nodesKey()}, args: []any{node, lease.Milliseconds()}}
	p := s.client.Pipeline()
	_ = p.Process(ctx, r.command(ctx, true)) // the command is queued
	for item, n := range counts {
		key := s.sessionKey(item)
		if n == 0 {
			p.HDel(ctx, key, node)
			continue
		}
		p.HSet(ctx, key, node, n)
		p.PExpire(ctx, key, sessionLife)
	}
	if _, err := p.Exec(ctx); err != nil {
		return fmt.Errorf("redisstore: putting sessions: %w", err)
	}
	return nil
}

// SumSessions implements audit.SessionStore: one pipeline, and another one to
// delete the numbers of nodes that are gone, if there are any.
func (s *Store) SumSessions(ctx context.Context, items []string) (int64, error) {
	r := &run{script: alive, keys: []string{s.nodesKey()}}
	p := s.client.Pipeline()
	nodes := r.command(ctx, true)
	_ = p.Process(ctx, nodes) // the command is queued
	hashes := make([]*redis.MapStringStringCmd, len(items))
	for i, item := range items {
		hashes[i] = p.HGetAll(ctx, s.sessionKey(item))
	}
	if _, err := p.Exec(ctx); err != nil {
		return 0, fmt.Errorf("redisstore: summing sessions: %w", err)
	}
	names, err := nodes.StringSlice()
	if err != nil {
		return 0, fmt.Errorf("redisstore: summing sessions: %w", err)
	}
	live := map[string]bool{}
	for _, name := range names {
		live[name] = true
	}
	total := int64(0)
	gone := s.client.Pipeline()
	for i, hash := range hashes {
		for node, text := range hash.Val() {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return 0, fmt.Errorf("redisstore: summing sessions: %w", err)
			}
			if live[node] {
				total += n
			} else {
				gone.HDel(ctx, s.sessionKey(items[i]), node)
			}
		}
	}
	if gone.Len() > 0 {
		_, _ = gone.Exec(ctx) // the sum is known; the next call tries again
	}
	return total, nil
}
