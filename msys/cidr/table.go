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
	part := &t.v6
	if addr.Is4() {
		b := addr.As4()
		part = &t.v4[b[0]>>(8-shardBits)]
	}
	var index uint32
	var ok bool
	if p.IsSingleIP() {
		index, ok = part.Lookup(addr)
	} else {
		index, ok = part.LookupPrefix(p)
	}
	if !ok || index == excluded {
		return nil, false
	}
	return t.values[index].expand(addr), true
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
