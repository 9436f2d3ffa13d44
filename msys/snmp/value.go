package snmp

import (
	"net/netip"

	"github.com/gosnmp/gosnmp"
)

// Value is what a trap tells. The zero Value is an empty string.
type Value struct {
	typ    gosnmp.Asn1BER
	text   string
	number uint32
}

// String is an OCTET STRING; its bytes are sent as they are.
func String(s string) Value { return Value{text: s} }

// Counter is a Counter32.
func Counter(n uint32) Value { return Value{typ: gosnmp.Counter32, number: n} }

// Gauge is a Gauge32.
func Gauge(n uint32) Value { return Value{typ: gosnmp.Gauge32, number: n} }

// IPAddress is an IpAddress, which only IPv4 addresses have; for others Send
// gives [ErrNotIPv4].
func IPAddress(a netip.Addr) Value {
	a = a.Unmap()
	if !a.Is4() {
		return Value{typ: gosnmp.IPAddress}
	}
	return Value{typ: gosnmp.IPAddress, text: a.String()}
}

// variable gives the value under an OID.
func (v Value) variable(oid string) (gosnmp.SnmpPDU, error) {
	pdu := gosnmp.SnmpPDU{Name: oid, Type: v.typ, Value: v.number}
	switch v.typ {
	case 0:
		pdu.Type, pdu.Value = gosnmp.OctetString, v.text
	case gosnmp.IPAddress:
		if v.text == "" {
			return pdu, ErrNotIPv4
		}
		pdu.Value = v.text
	}
	return pdu, nil
}
