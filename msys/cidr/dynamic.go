package cidr

import (
	"net/netip"

	"github.com/gaissmai/bart"
)

// dynamic is the content of a table of type Empty at one moment. Changes make
// a new one that shares all but the changed path.
type dynamic struct {
	t *bart.Table[Value]
}

func (d *dynamic) lookup(p netip.Prefix, interpolate bool) (Value, bool) {
	var v Value
	var ok bool
	if p.IsSingleIP() {
		v, ok = d.t.Lookup(p.Addr())
	} else {
		v, ok = d.t.LookupPrefix(p)
	}
	if text, isText := v.(string); isText && interpolate {
		compiled := plainText(text, true)
		v = compiled.expand(p.Addr())
	}
	return v, ok
}
