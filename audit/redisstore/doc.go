// Package redisstore keeps what hosts share in Redis: the windows and sessions
// of package audit and the gauges of package gaugecache. It stands apart from
// them so that only programs that want it depend on the Redis client.
//
//	store := redisstore.New(&redis.UniversalOptions{Addrs: []string{"127.0.0.1:6379"}}, nil)
//	defer store.Close()
//	a, err := audit.New(&audit.Options{Store: store, SessionStore: store})
//	caches := gaugecache.New(&gaugecache.Options{Store: store})
//
// Redis 6 or later and Valkey will do, alone, behind Sentinel or as a cluster.
// The clock of Redis decides about lives and leases; the hosts' clocks decide
// about window numbers and should be synchronized.
//
// # Keys
//
// P is Options.KeyPrefix. In names, "%", "{", "}", ":" and bytes that do not
// print are escaped as %XX; items and keys are raw and stand last.
//
//	P:as:<series>:<I>x<N>:<item>   hash   window number → count
//	P:ia:<metric>:<I>x<N>:<item>   hash   the same, for monitors
//	P:gc:{<cache>}:v               hash   key → value
//	P:gc:{<cache>}:t               zset   key → time of its last change, µs
//	P:nodes                        zset   node → end of its lease, ms
//	P:ss:<item>                    hash   node → open sessions
//
// Window hashes expire N+1 intervals after their last change, gauges their
// time to live after the last one, sessions after an hour.
//
// # Failures
//
// Each call is one pipeline, and the change of one key is one script, so that
// calls are correct on any layout of a cluster. A change is never sent twice
// by this package: if it may have been applied, it is given up, and the error
// says so by not being an audit.UnappliedError (gaugecache.ErrNotApplied).
// What Redis loses when it restarts is lost; nothing is sent again for it.
//
// All methods may be called concurrently.
package redisstore
