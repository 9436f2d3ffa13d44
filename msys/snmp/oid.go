package snmp

import (
	"fmt"
	"strconv"
	"strings"
)

// maxArcs is the most numbers in an OID (RFC 2578 section 3.5).
const maxArcs = 128

// parseOID checks an object identifier of numbers, with or without a dot in
// front, and gives it with one.
func parseOID(s string) (string, error) {
	arcs := strings.Split(strings.TrimPrefix(s, "."), ".")
	ok := len(arcs) >= 2 && len(arcs) <= maxArcs
	var first uint64
	for i, arc := range arcs {
		n, err := strconv.ParseUint(arc, 10, 32)
		ok = ok && err == nil && arc[0] != '+'
		switch i {
		case 0:
			first = n
			ok = ok && n <= 2
		case 1:
			ok = ok && (first == 2 || n < 40)
		}
	}
	if !ok {
		return "", fmt.Errorf("%w %q", ErrOID, s)
	}
	return "." + strings.Join(arcs, "."), nil
}
