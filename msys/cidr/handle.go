package cidr

import (
	"context"
	"net/netip"

	"github.com/gomsys/gomsys/audit/addrkey"
)

// Table is a handle of a table, for programs that ask one table often: it
// saves the look-up by name. It follows reloads, but stays with the definition
// that it was got from when the name is defined anew with other options.
type Table struct{ s *set }

// Table gives a handle of the table of that name. The error is [ErrUndefined].
func (r *Registry) Table(name string) (*Table, error) {
	s, err := r.find(name)
	if err != nil {
		return nil, err
	}
	return &Table{s}, nil
}

// Query is [Registry.Query] for the table.
func (t *Table) Query(ctx context.Context, p netip.Prefix) (value Value, found bool) {
	if p.IsValid() {
		if p.Addr().Is4In6() || p.Addr().Zone() != "" || !p.IsSingleIP() {
			p = addrkey.Unmap(netip.PrefixFrom(p.Addr().WithZone(""), p.Bits()))
		}
		if value, found = t.s.query(ctx, p); found {
			return value, true
		}
	}
	return t.s.o.Default, false
}

// Lookup is Query for one address.
func (t *Table) Lookup(ctx context.Context, addr netip.Addr) (value Value, found bool) {
	if addr.Is4() {
		if current := t.s.current.Load(); current != nil && current.expires.IsZero() {
			if value, found = current.lookup4(addr); found {
				return value, true
			}
			return t.s.o.Default, false
		}
	}
	return t.Query(ctx, addrkey.Host(addr))
}
