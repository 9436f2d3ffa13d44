package message

import (
	"github.com/gomsys/gomsys/message/addr"
	"github.com/gomsys/gomsys/message/internal/encodedword"
)

// Addresses gives the mailboxes in all fields of that name, found in the text
// before encoded-words are decoded.
func (h *Header) Addresses(name string) []addr.Address {
	var out []addr.Address
	for _, v := range h.Raw(name) {
		out = append(out, addr.Parse(v)...)
	}
	return out
}

// AddressParts gives a component of the addresses in all fields of that name
// that have it. With decode, encoded-words in the results become UTF-8.
func (h *Header) AddressParts(name string, c addr.Component, decode bool) []string {
	var out []string
	for _, a := range h.Addresses(name) {
		if v, ok := a.Component(c, h.settings().DetailSeparator); ok {
			if decode {
				v = encodedword.Decode(v)
			}
			out = append(out, v)
		}
	}
	return out
}

func (h *Header) settings() *settings {
	if h.m != nil {
		return h.m.o
	}
	return h.n.message().o
}
