package audit

import (
	"fmt"
	"net/netip"
	"sync/atomic"

	"github.com/gomsys/gomsys/audit/internal/tally"
)

// counts are the windows of a series, or of one metric of a monitor.
type counts struct {
	interval int64 // seconds
	windows  int
	v4, v6   *tally.Trie    // nil if the family is not counted
	text     *tally.Strings // for string series
	last     atomic.Int64   // latest window seen
	until    atomic.Int64   // Unix time before which last is certainly the window
	shared   *shared        // nil if it is not shared
}

// window gives the number of the window at a Unix time. It never goes back.
func (c *counts) window(unix int64) int64 {
	if unix < c.until.Load() {
		return c.last.Load()
	}
	w := unix / c.interval
	if unix < 0 && unix%c.interval != 0 {
		w--
	}
	for {
		last := c.last.Load()
		if w <= last {
			return last
		}
		if c.last.CompareAndSwap(last, w) {
			c.until.Store((w + 1) * c.interval)
			return w
		}
	}
}

// trie gives the trie of an address's family, nil if it is not counted.
func (c *counts) trie(p netip.Prefix) *tally.Trie {
	if p.Addr().Is4() {
		return c.v4
	}
	return c.v6
}

func (c *counts) add(k *Key, n, w int64) {
	if k.isText {
		c.text.Add(k.text, n, w)
		return
	}
	if t := c.trie(k.prefix); t != nil {
		t.Add(k.prefix, n, w)
	}
}

// restore adds to a window that may be in the past; now is the current one.
func (c *counts) restore(k Key, n, w, now int64) {
	if k.isText {
		c.text.Restore(k.text, n, w, now)
		return
	}
	if t := c.trie(k.prefix); t != nil {
		t.Restore(k.prefix, n, w, now)
	}
}

// count sums the windows back..back2 before w. The zero prefix stands for all
// addresses of both families.
func (c *counts) count(k *Key, back, back2 int, w int64) int64 {
	switch {
	case k.isText:
		return c.text.Count(k.text, back, back2, w)
	case !k.prefix.IsValid():
		total := int64(0)
		for _, p := range []netip.Prefix{all4, all6} {
			if t := c.trie(p); t != nil {
				total += t.Count(p, back, back2, w)
			}
		}
		return total
	}
	if t := c.trie(k.prefix); t != nil {
		return t.Count(k.prefix, back, back2, w)
	}
	return 0
}

func (c *counts) remove(k Key, w int64) bool {
	if k.isText {
		return c.text.Remove(k.text)
	}
	t := c.trie(k.prefix)
	return t != nil && t.Remove(k.prefix, w)
}

// ofKey calls f for each window of a key.
func (c *counts) ofKey(k Key, w int64, f func(w, n int64)) {
	if k.isText {
		c.text.Windows(k.text, w, f)
		return
	}
	if t := c.trie(k.prefix); t != nil {
		t.Windows(k.prefix, w, f)
	}
}

// each calls f for each window of each key, the windows of a key one after
// another from the oldest on.
func (c *counts) each(w int64, f func(k Key, w, n int64) bool) {
	if c.text != nil {
		c.text.Each(w, func(key string, w, n int64) bool { return f(Key{text: key, isText: true}, w, n) })
		return
	}
	more := true
	for _, t := range []*tally.Trie{c.v4, c.v6} {
		if t != nil && more {
			t.Each(w, func(p netip.Prefix, w, n int64) bool {
				more = f(Key{prefix: p}, w, n)
				return more
			})
		}
	}
}

func (c *counts) sweep(unix int64) {
	w := c.window(unix)
	if c.text != nil {
		c.text.Sweep(w)
	}
	for _, t := range []*tally.Trie{c.v4, c.v6} {
		if t != nil {
			t.Sweep(w)
		}
	}
}

// size gives the number of keys, and of those that had to make room.
func (c *counts) size() (keys int, evicted uint64) {
	if c.text != nil {
		return c.text.Len(), c.text.Evicted()
	}
	for _, t := range []*tally.Trie{c.v4, c.v6} {
		if t != nil {
			keys += t.Len()
			evicted += t.Evicted()
		}
	}
	return keys, evicted
}

// span checks a range of windows: ends in either order, beyond the oldest cut
// off. ok is false if nothing is left.
func (c *counts) span(startv, endv int) (back, back2 int, ok bool, err error) {
	if startv < 0 || endv < 0 {
		return 0, 0, false, fmt.Errorf("audit: windows %d to %d: %w", startv, endv, ErrRange)
	}
	back, back2 = min(startv, endv), max(startv, endv)
	return back, min(back2, c.windows-1), back < c.windows, nil
}

var (
	all4 = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	all6 = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
)
