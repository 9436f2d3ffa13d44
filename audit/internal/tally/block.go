package tally

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// block is an address block: the address from the left of hi, lo, and its
// length.
type block struct {
	hi, lo uint64
	len    uint8
}

// makeBlock gives the block of a masked prefix of either family.
func makeBlock(p netip.Prefix) block {
	if p.Addr().Is4() {
		a := p.Addr().As4()
		return block{hi: uint64(binary.BigEndian.Uint32(a[:])) << 32, len: uint8(p.Bits())}
	}
	a := p.Addr().As16()
	return block{
		hi: binary.BigEndian.Uint64(a[:]), lo: binary.BigEndian.Uint64(a[8:]), len: uint8(p.Bits()),
	}
}

// prefix is the reverse of makeBlock.
func (b block) prefix(v6 bool) netip.Prefix {
	if !v6 {
		a := uint32(b.hi >> 32)
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)}), int(b.len))
	}
	var a [16]byte
	for i := range 8 {
		a[i], a[i+8] = byte(b.hi>>(56-8*i)), byte(b.lo>>(56-8*i))
	}
	return netip.PrefixFrom(netip.AddrFrom16(a), int(b.len))
}

// mask gives the bits of the first n of 64.
func mask(n uint8) uint64 { return ^(^uint64(0) >> n) }

// cut gives the block of the first n bits of b.
func (b block) cut(n uint8) block {
	b.len = n
	if n <= 64 {
		b.hi &= mask(n)
		b.lo = 0
	} else {
		b.lo &= mask(n - 64)
	}
	return b
}

// shares reports whether the first n bits of both addresses are the same.
func shares(hi, lo, hi2, lo2 uint64, n uint8) bool {
	if n <= 64 {
		return (hi^hi2)&mask(n) == 0
	}
	return hi == hi2 && (lo^lo2)&mask(n-64) == 0
}

// common gives how many first bits both addresses share, at most n.
func common(hi, lo, hi2, lo2 uint64, n uint8) uint8 {
	c := bits.LeadingZeros64(hi ^ hi2)
	if c == 64 {
		c += bits.LeadingZeros64(lo ^ lo2)
	}
	return min(uint8(c), n)
}

// nibble gives the four bits of the address after the first n, a multiple of
// four.
func (b block) nibble(n uint8) uint32 {
	if n < 64 {
		return uint32(b.hi>>(60-n)) & 15
	}
	if n < 128 {
		return uint32(b.lo>>(124-n)) & 15
	}
	return 0
}

// bit gives the bit of the address after the first n.
func (b block) bit(n uint8) uint32 {
	if n < 64 {
		return uint32(b.hi>>(63-n)) & 1
	}
	return uint32(b.lo>>(127-n)) & 1
}
