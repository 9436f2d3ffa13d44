package domainkeys

import (
	"strings"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

func header(fields ...string) dkimsig.Header {
	var h dkimsig.Header
	for _, f := range fields {
		name, _, _ := strings.Cut(f, ":")
		h = append(h, dkimsig.HeaderField{Name: name, Raw: []byte(f)})
	}
	return h
}
