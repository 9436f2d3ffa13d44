package db_test

import (
	"net/netip"
	"testing"

	"github.com/gomsys/gomsys/msys/cidr"
	"github.com/gomsys/gomsys/msys/db"
)

// TestCIDRTable loads a table of address blocks from a datasource: all of its
// rows, however few a script's query would get.
func TestCIDRTable(t *testing.T) {
	_, reg, other := users(t, db.Config{MaxRows: 1})
	if _, err := other.Exec(`create table blocks (cidr text, value text);
		insert into blocks values ('192.0.2.0/24', 'net'), ('192.0.2.7', 'host'), ('198.51.100.0/24', null)`); err != nil {
		t.Fatal(err)
	}
	tables := cidr.New(&cidr.Config{Query: reg.Each})
	defer tables.Close()
	err := tables.Define("blocks", cidr.Options{
		Type: cidr.Datasource, CacheName: "t", Query: "select cidr, value from blocks", CIDRColumn: "cidr", ValueColumn: "value", Default: "none",
	})
	if err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]string{"192.0.2.1": "net", "192.0.2.7": "host", "203.0.113.1": "none"} {
		got, _, err := tables.QueryText(t.Context(), "blocks", addr, netip.Addr{})
		if err != nil || got != want {
			t.Errorf("%s: %v, %v", addr, got, err)
		}
	}
}
