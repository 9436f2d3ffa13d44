package cidr

import (
	"net/netip"
	"time"

	"github.com/gaissmai/bart"
)

// excluded is the index that stands for an exclusion entry.
const excluded = 0

// shards is the number of parts that the IPv4 space is built in, by the
// first bits of the address, so that several processors can build.
const (
	shardBits = 2
	shards    = 1 << shardBits
)

// table is a complete, unchangeable table. The prefixes map to an index into
// values.
type table struct {
	v4      [shards]bart.Table[uint32]
	v6      bart.Table[uint32]
	values  []value
	expires time.Time // zero for never
	entries int       // prefixes, exclusions included
	bad     int       // lines or rows that were skipped
}

// lookup gives the value of the longest prefix that covers p, unless that is
// excluded. p is a masked prefix, IPv4 not mapped.
func (t *table) lookup(p netip.Prefix) (Value, bool) {
	addr := p.Addr()
	if addr.Is4() && p.IsSingleIP() {
		return t.lookup4(addr)
	}
	part := &t.v6
	if addr.Is4() {
		part = t.shard(addr)
	}
	index, ok := part.LookupPrefix(p)
	return t.value(addr, index, ok)
}

// lookup4 is lookup for one IPv4 address.
func (t *table) lookup4(addr netip.Addr) (Value, bool) {
	index, ok := t.shard(addr).Lookup(addr)
	return t.value(addr, index, ok)
}

func (t *table) shard(addr netip.Addr) *bart.Table[uint32] {
	b := addr.As4()
	return &t.v4[b[0]>>(8-shardBits)]
}

func (t *table) value(addr netip.Addr, index uint32, ok bool) (Value, bool) {
	if !ok || index == excluded {
		return nil, false
	}
	if v := &t.values[index]; v.pieces != nil {
		return v.expand(addr), true
	}
	return t.values[index].fixed, true
}

// value is what an entry gives: a constant, or text with the queried address
// in it.
type value struct {
	fixed  Value
	pieces []string // between the places of the address; nil if fixed
}

func (v *value) expand(addr netip.Addr) Value {
	if v.pieces == nil {
		return v.fixed
	}
	var buf [256]byte
	out := buf[:0]
	for i, piece := range v.pieces {
		if i > 0 {
			out = addr.AppendTo(out)
		}
		out = append(out, piece...)
	}
	return string(out)
}
