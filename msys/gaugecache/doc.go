// Package gaugecache holds named caches of gauges: integers by string key that
// go up and down, such as "open connections per customer". Each cache has a
// greatest number of entries and a time to live, so that it never grows
// without bound. It is the Lua module "msys.gauge_cache", and works as well
// without Lua.
//
//	caches := gaugecache.New(nil)
//	err := caches.Define("open", gaugecache.Spec{MaxElems: 10000, TTL: time.Hour})
//	n, err := caches.Add(ctx, "open", customer, 1)
//
// An entry lives for TTL after its last change; reading does not renew it. A
// new key in a full cache takes the place of the entry that was changed the
// longest time ago. All operations take constant time.
//
// # Shared caches
//
// A cache with Spec.Replicated is kept in Options.Store, which several hosts
// share, and counted in memory as well. When the store fails, calls go on with
// this host's own share and give no error: see Options.OnStoreError and
// [Caches.Stats]. Changes that certainly did not reach the store are sent when
// it is back; a change whose fate is unknown is not sent again.
//
// # Concurrency and limits
//
// All methods may be called from any goroutine. Keys are any bytes; keys of
// more than 512 bytes are kept as their SHA-256 hash.
package gaugecache
