package domainkeys

import (
	"slices"
	"strings"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// selectFields gives the fields that a list of names stands for, in its order
// (RFC 4870 section 3.3). A name stands for all fields that have it. If it is
// there several times, each but the first stands for one, from the bottom.
func selectFields(h dkimsig.Header, names []string) [][]byte {
	fields, left := map[string][][]byte{}, map[string]int{}
	for _, name := range names {
		left[strings.ToLower(name)]++
	}
	for _, f := range h {
		if key := strings.ToLower(f.Name); left[key] > 0 {
			fields[key] = append(fields[key], f.Raw)
		}
	}
	var out [][]byte
	for _, name := range slices.Backward(names) {
		key := strings.ToLower(name)
		from := 0
		if left[key]--; left[key] > 0 {
			from = max(len(fields[key])-1, 0)
		}
		for _, raw := range slices.Backward(fields[key][from:]) {
			out = append(out, raw)
		}
		fields[key] = fields[key][:from]
	}
	slices.Reverse(out)
	return out
}

// allFields gives all fields.
func allFields(h dkimsig.Header) [][]byte {
	out := make([][]byte, len(h))
	for i := range h {
		out[i] = h[i].Raw
	}
	return out
}

// transient are fields that servers on the way remove.
var transient = map[string]bool{
	"authentication-results": true, "bcc": true, "domainkey-status": true, "resent-bcc": true, "return-path": true,
}

// signedNames gives the names for h=: those of a list that the header has, or
// those of all fields that are likely to stay, one for each. The field that
// names the sender comes first if the list lacks it.
func signedNames(h dkimsig.Header, list []string, sender string) []string {
	var names []string
	if list == nil {
		for _, f := range h {
			if !transient[strings.ToLower(f.Name)] {
				names = append(names, f.Name)
			}
		}
		return names
	}
	if !contains(list, sender) {
		names = append(names, sender)
	}
	for _, name := range list {
		name = strings.TrimRight(name, "?*+") // as lists for DKIM have it
		if h.Count(name) > 0 && !contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func contains(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}
