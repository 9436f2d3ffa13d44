package tally

import (
	"math/bits"
	"math/rand/v2"

	"github.com/gomsys/gomsys/internal/hashindex"
)

// hosts finds the records of items that are hosts, by a keyed hash of the
// address. That of an IPv4 address is the address in another form, so nothing
// else needs to be compared.
type hosts struct {
	v6    bool
	key   [3]uint64
	index hashindex.Index
	addrs [][]addr // of IPv6 hosts by record, in chunks
}

type addr struct{ hi, lo uint64 }

func newHosts(v6 bool) hosts {
	return hosts{v6: v6, key: [3]uint64{rand.Uint64() | 1, rand.Uint64(), rand.Uint64() | 1}}
}

// hash4 mixes an address by steps that can be undone.
func (h *hosts) hash4(b block) uint32 {
	x := uint32(b.hi>>32) ^ uint32(h.key[1])
	x *= uint32(h.key[0])
	x ^= x >> 15
	x *= uint32(h.key[2])
	return x ^ x>>16
}

func (h *hosts) hash6(b block) uint32 {
	hi, lo := bits.Mul64(b.hi^h.key[0], b.lo^h.key[1])
	hi, lo = bits.Mul64(hi^lo, h.key[2])
	return uint32(hi ^ lo>>32)
}

func (h *hosts) hash(b block) uint32 {
	if h.v6 {
		return h.hash6(b)
	}
	return h.hash4(b)
}

// find gives the record of a host, 0 if there is none.
func (h *hosts) find(b block, hash uint32) uint32 {
	if h.v6 {
		return h.index.Find(hash, func(rec uint32) bool { return h.is(rec, b) })
	}
	return h.index.Get(hash)
}

// is reports whether a record is that of an IPv6 host.
func (h *hosts) is(rec uint32, b block) bool {
	return h.addrs[rec>>chunkBits][rec&(chunkSize-1)] == addr{b.hi, b.lo}
}

func (h *hosts) put(b block, rec uint32) {
	h.index.Put(h.hash(b), rec)
	if !h.v6 {
		return
	}
	k, i := int(rec>>chunkBits), int(rec&(chunkSize-1))
	for k >= len(h.addrs) {
		h.addrs = append(h.addrs, nil)
	}
	for i >= len(h.addrs[k]) {
		h.addrs[k] = append(h.addrs[k], addr{})
	}
	h.addrs[k][i] = addr{b.hi, b.lo}
}

func (h *hosts) drop(b block, rec uint32) { h.index.Delete(h.hash(b), rec) }
