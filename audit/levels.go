package audit

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
)

// levels are the lengths of the address blocks that stores count.
type levels struct {
	v4, v6 []int // ascending
}

func newLevels(v6 []int) (levels, error) {
	v6 = slices.Clone(v6)
	slices.Sort(v6)
	v6 = slices.Compact(v6)
	if len(v6) == 0 || v6[0] < 0 || v6[len(v6)-1] > 128 {
		return levels{}, fmt.Errorf("audit: %w: levels %v of IPv6", ErrSpec, v6)
	}
	return levels{v4: []int{0, 8, 16, 24, 32}, v6: v6}, nil
}

func (l levels) of(p netip.Prefix) []int {
	if p.Addr().Is4() {
		return l.v4
	}
	return l.v6
}

// blockItem names the block of the first bits of an address.
func blockItem(addr netip.Addr, bits int) string {
	p := netip.PrefixFrom(addr, bits).Masked()
	buf := make([]byte, 0, 56)
	if addr.Is4() {
		buf = append(buf, "4:"...)
	} else {
		buf = append(buf, "6:"...)
	}
	buf = strconv.AppendInt(buf, int64(bits), 10)
	buf = append(buf, ':')
	return string(p.Addr().AppendTo(buf))
}

// added calls f for each item that an addition to the key changes.
func (l levels) added(k Key, f func(item string)) {
	if k.isText {
		f("s:" + k.text)
		return
	}
	for _, bits := range l.of(k.prefix) {
		if bits <= k.prefix.Bits() {
			f(blockItem(k.prefix.Addr(), bits))
		}
	}
}

// own gives the item that stands for exactly this key; ok is false for a block
// off the levels.
func (l levels) own(k Key) (item string, ok bool) {
	if k.isText {
		return "s:" + k.text, true
	}
	if !slices.Contains(l.of(k.prefix), k.prefix.Bits()) {
		return "", false
	}
	return blockItem(k.prefix.Addr(), k.prefix.Bits()), true
}

// asked gives the items that make up the key, and the level that they are of;
// the zero key stands for all addresses. ok is false if they would be too
// many. IPv4 blocks off the levels are made of at most 128 blocks of the next
// level.
func (l levels) asked(k Key) (items []string, level int, ok bool) {
	if !k.isText && !k.prefix.IsValid() {
		a, _, ok4 := l.asked(Key{prefix: all4})
		b, _, ok6 := l.asked(Key{prefix: all6})
		return append(a, b...), 0, ok4 && ok6
	}
	if item, ok := l.own(k); ok {
		return []string{item}, k.prefix.Bits(), true
	}
	if !k.prefix.Addr().Is4() {
		return nil, 0, false
	}
	level = (k.prefix.Bits() + 7) &^ 7
	step := uint32(1) << (32 - level)
	first := k.prefix.Masked().Addr().As4()
	at := uint32(first[0])<<24 | uint32(first[1])<<16 | uint32(first[2])<<8 | uint32(first[3])
	items = make([]string, 1<<(level-k.prefix.Bits()))
	for i := range items {
		items[i] = blockItem(netip.AddrFrom4([4]byte{byte(at >> 24), byte(at >> 16), byte(at >> 8), byte(at)}), level)
		at += step
	}
	return items, level, true
}
