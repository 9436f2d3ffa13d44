package pcre

import "sync/atomic"

// A scanResult says how a scan ended.
type scanResult uint8

const (
	scanNone   scanResult = iota // no match
	scanFound                    // a match
	scanGaveUp                   // the cache does not help
)

// edges returns the symbols that stand for the edges of a subject.
func edgeSymbols(fl Flags) (start, end, final symbol) {
	start, end, final = symStart, symEnd, symFinal
	if fl&NotBOL != 0 {
		start = symStartNotBOL
	}
	if fl&NotEOL != 0 {
		end, final = symEndNotEOL, symFinalNotEOL
	}
	return start, end, final
}

func refusalOf(fl Flags) refusal {
	switch {
	case fl&NotEmpty != 0:
		return refuseHere | refuseFresh
	case fl&NotEmptyAtStart != 0:
		return refuseHere
	}
	return 0
}

// forward scans b from start on for the leftmost match and returns where it
// ends, and an offset that it does not begin before. With first, any match
// will do. pre, which may be nil, finds where a match can begin.
func (d *dfa) forward(b []byte, start int, fl Flags, first bool, pre *prefilter) (low, end int, res scanResult) {
	symBefore, symAfter, symNewline := edgeSymbols(fl)
	limit := len(b)
	final := limit > start && b[limit-1] == d.newline
	if final {
		limit--
	}
	class := d.edgeClass(symBefore)
	if start > 0 {
		class = uint32(d.class[b[start-1]])
	}
	v, s := d.start(d.view.Load(), class, refusalOf(fl))
	low, end = start, -1
	i := start
	if s&dfaStart != 0 {
		s &^= dfaStart
		if pre != nil {
			v, s, i = d.skip(v, s, b, i, limit, pre)
			if i < 0 {
				return 0, -1, scanNone
			}
			low = i
		}
	}
	trans := v.trans
	progress := i - minProgress
	skips := 0
	for i < limit {
		e := atomic.LoadUint32(&trans[s+uint32(d.class[b[i]])])
		if e-1 < dfaStart-1 {
			s = e
			i++
			continue
		}
		if e == dfaUnknown {
			v, e = d.slow(v, s, uint32(d.class[b[i]]), i, &progress)
			if e == dfaUnknown {
				return 0, 0, scanGaveUp
			}
			trans = v.trans
		}
		if e&dfaMatch != 0 {
			end = i
			if first {
				return low, end, scanFound
			}
		}
		i++
		s = e &^ dfaFlags
		if s == dfaDead {
			return low, end, found(end)
		}
		if e&dfaStart != 0 && pre != nil && skips < 64 {
			was := i
			v, s, i = d.skip(v, s, b, i, limit, pre)
			if i < 0 {
				return low, end, found(end)
			}
			low = i
			if i-was < 8 {
				skips++
			} else {
				skips = max(skips-2, 0)
			}
			trans = v.trans
		}
	}
	end, res = d.finish(v, s, end, limit, final, [2]symbol{symNewline, symAfter})
	return low, end, res
}

func found(end int) scanResult {
	if end < 0 {
		return scanNone
	}
	return scanFound
}

// finish scans the edge symbols after the last byte.
func (d *dfa) finish(v *dfaView, s uint32, end, limit int, final bool, edges [2]symbol) (int, scanResult) {
	progress := -minProgress
	for i, sym := range edges {
		if i == 0 && !final {
			continue
		}
		at := limit
		if i == 1 && final {
			at++
		}
		class := d.edgeClass(sym)
		var e uint32
		if e = atomic.LoadUint32(&v.trans[s+class]); e == dfaUnknown {
			if v, e = d.slow(v, s, class, limit, &progress); e == dfaUnknown {
				return 0, scanGaveUp
			}
		}
		if e&dfaMatch != 0 {
			end = at
		}
		if s = e &^ dfaFlags; s == dfaDead {
			break
		}
	}
	return end, found(end)
}

// slow makes a transition that does not exist yet and returns its entry;
// dfaUnknown means to give up, because the cache is emptied too often.
func (d *dfa) slow(v *dfaView, s, class uint32, at int, progress *int) (view *dfaView, e uint32) {
	view, e, ok := d.step(v, s, class)
	if ok {
		return view, e
	}
	if at-*progress < minProgress && *progress-at < minProgress {
		return v, dfaUnknown
	}
	*progress = at
	view, s = d.flush(v, s)
	view, e, ok = d.step(view, s&^dfaFlags, class)
	if !ok {
		return view, dfaUnknown
	}
	return view, e
}

// skip moves from i to where the prefilter sees a match begin, -1 if nowhere.
// What remains at the end of the subject is left to the automaton.
func (d *dfa) skip(v *dfaView, s uint32, b []byte, i, limit int, pre *prefilter) (*dfaView, uint32, int) {
	j := pre.next(b, i)
	switch {
	case j < 0:
		return v, s, -1
	case j > limit:
		j = limit
	}
	if j == i || len(d.m.behind) == 0 {
		return v, s, j
	}
	// The state depends on the symbol before.
	v, s = d.start(v, uint32(d.class[b[j-1]]), d.refusalAt(v, s))
	return v, s &^ dfaFlags, j
}

func (d *dfa) refusalAt(v *dfaView, s uint32) refusal {
	d.mu.Lock()
	defer d.mu.Unlock()
	return v.gen.states[int(s)/d.stride].refuse & refuseFresh
}

// backward scans b from end to the left, down to low, for the longest match
// that ends at end, and returns where it begins.
func (d *dfa) backward(b []byte, low, end int, fl Flags) (start int, res scanResult) {
	symBefore, symAfter, symNewline := edgeSymbols(fl)
	class := d.edgeClass(symAfter)
	if end < len(b) {
		class = uint32(d.class[b[end]])
		if end == len(b)-1 && b[end] == d.newline {
			class = d.edgeClass(symNewline)
		}
	}
	v, s := d.start(d.view.Load(), class, 0)
	s &^= dfaFlags
	start = -1
	progress := end + minProgress
	i := end
	trans := v.trans
	for i >= low {
		switch {
		case i == 0:
			class = d.edgeClass(symBefore)
		case i == len(b) && b[i-1] == d.newline:
			class = d.edgeClass(symNewline)
		default:
			class = uint32(d.class[b[i-1]])
		}
		e := atomic.LoadUint32(&trans[s+class])
		if e == dfaUnknown {
			v, e = d.slow(v, s, class, i, &progress)
			if e == dfaUnknown {
				return 0, scanGaveUp
			}
			trans = v.trans
		}
		if e&dfaMatch != 0 {
			start = i
		}
		s = e &^ dfaFlags
		if s == dfaDead {
			break
		}
		i--
	}
	return start, found(start)
}
