package snmp_test

import (
	"context"
	"fmt"
	"net/netip"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/snmp"
)

func addrOf(s string) netip.Addr { return netip.MustParseAddr(s) }

func Example() {
	s, err := snmp.New(&snmp.Options{Destinations: []snmp.Destination{{Addr: "127.0.0.1:16200", Community: "mail"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Send(context.Background(), snmp.Trap{Value: snmp.String("queue full")}))
	fmt.Println(s.Send(context.Background(), snmp.Trap{OID: "enterprises.1"}))
	// Output:
	// <nil>
	// snmp: invalid OID "enterprises.1"
}

func Example_lua() {
	s, err := snmp.New(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, snmp.Library(s))
	err = lua.DoString(l, `
		require("msys")
		print(msys.snmpTrap{type = "gauge", payload = 12000, address = "127.0.0.1", port = 16200})
		print(msys.snmpTrap{payload = "to everyone"})
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// true
	// nil	no trap destination configured
}
