package pcre

import "math/bits"

// byteClasses groups the bytes that no set of an nfa tells apart. It returns
// the class of each byte and one byte of each class.
func byteClasses(sets []symbolSet) (class [256]uint8, reps []byte) {
	// A bit is set where some set has an element whose predecessor it lacks, or the reverse.
	var edges byteSet
	for i := range sets {
		s := &sets[i].bytes
		carry := uint64(0)
		for w := range s {
			edges[w] |= s[w] ^ (s[w]<<1 | carry)
			carry = s[w] >> 63
		}
	}
	edges[0] |= 1
	var firsts []byte
	for w := range edges {
		for x := edges[w]; x != 0; x &= x - 1 {
			firsts = append(firsts, byte(w*64+bits.TrailingZeros64(x)))
		}
	}
	ids := map[string]uint8{}
	sig := make([]byte, (len(sets)+7)/8)
	next := 0
	for i, first := range firsts {
		clear(sig)
		for j := range sets {
			if sets[j].bytes.has(first) {
				sig[j/8] |= 1 << (j & 7)
			}
		}
		id, ok := ids[string(sig)]
		if !ok {
			id = uint8(next)
			next++
			ids[string(sig)] = id
			reps = append(reps, first)
		}
		end := 256
		if i+1 < len(firsts) {
			end = int(firsts[i+1])
		}
		for b := int(first); b < end; b++ {
			class[b] = id
		}
	}
	return class, reps
}
