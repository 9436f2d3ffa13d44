// Package snmp sends SNMPv2c traps (RFC 3416 section 4.2.6): the Lua function
// msys.snmpTrap, and the same for Go:
//
//	s, err := snmp.New(&snmp.Options{Destinations: []snmp.Destination{{Addr: "192.0.2.1", Community: "mail"}}})
//	err = s.Send(ctx, snmp.Trap{Value: snmp.Gauge(12345)})
//
// A trap is one UDP datagram that nobody acknowledges: no error means that it
// was sent.
//
// A Sender may be used by any number of goroutines. It holds nothing that
// must be closed.
package snmp
