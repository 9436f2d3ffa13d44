package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"

	"github.com/gomsys/gomsys/audit/addrkey"
)

// Key is what a series counts by: a block of addresses or a text. The zero Key
// suits no series. Keys can be compared with ==.
type Key struct {
	prefix netip.Prefix
	text   string
	isText bool
}

// Block is the key for a block of addresses. Host bits are cleared, and IPv4
// addresses mapped into IPv6 count as IPv4.
func Block(p netip.Prefix) Key {
	if !p.IsValid() {
		return Key{}
	}
	if p.Addr().Zone() != "" {
		p = netip.PrefixFrom(p.Addr().WithZone(""), p.Bits())
	}
	if p.IsSingleIP() && !p.Addr().Is4In6() {
		return Key{prefix: p}
	}
	return Key{prefix: addrkey.Unmap(p)}
}

// Host is the key for one address.
func Host(addr netip.Addr) Key { return Key{prefix: addrkey.Host(addr)} }

// maxText is the length of the longest text that is kept as it is.
const maxText = 512

// Text is the key for a text of any bytes. Texts of more than 512 bytes are
// kept as "sha256:" and their hash.
func Text(s string) Key {
	if len(s) > maxText {
		sum := sha256.Sum256([]byte(s))
		s = "sha256:" + hex.EncodeToString(sum[:])
	}
	return Key{text: s, isText: true}
}

// String gives the text, the address, or the block with its length.
func (k Key) String() string {
	switch {
	case k.isText:
		return k.text
	case !k.prefix.IsValid():
		return ""
	case k.prefix.IsSingleIP():
		return k.prefix.Addr().String()
	}
	return k.prefix.String()
}
