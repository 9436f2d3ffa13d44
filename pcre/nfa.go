package pcre

// An nfaOp is the operation of one NFA state.
type nfaOp uint8

const (
	nfaFail    nfaOp = iota
	nfaMatch         // the pattern has matched
	nfaBytes         // consume one byte of set, go on at x
	nfaSplit         // go on at x or, at lower priority, at y
	nfaJump          // go on at x
	nfaBehind        // go on at x if the symbol scanned last is in set
	nfaAhead         // go on at x if the symbol scanned next is in set
	nfaCapture       // note the position in slot y, go on at x
)

// An nfaState is one state of an NFA.
type nfaState struct {
	op   nfaOp
	x, y int32
	set  int32 // index into the sets of the nfa
}

// An nfa is a pattern without back references and the like as an automaton on
// bytes. Which path through it comes first is which match Perl would find.
type nfa struct {
	states []nfaState
	start  int32
	sets   []symbolSet
	behind []int32 // sets that nfaBehind states look for, by bit of a context
}

// A symbol is what an automaton scans: a byte, or the edge of the subject.
type symbol uint16

const (
	symStart       symbol = 256 + iota // before the subject
	symStartNotBOL                     // the same, with NotBOL
	symEnd                             // after the subject
	symEndNotEOL                       // the same, with NotEOL
	symFinal                           // a newline that ends the subject
	symFinalNotEOL                     // the same, with NotEOL
	numSymbols
)

// A symbolSet is a set of symbols.
type symbolSet struct {
	bytes byteSet
	edges uint8 // bit i stands for symbol 256+i
}

func edge(s ...symbol) uint8 {
	var e uint8
	for _, v := range s {
		e |= 1 << (v - 256)
	}
	return e
}

func (s *symbolSet) has(v symbol) bool {
	if v < 256 {
		return s.bytes.has(byte(v))
	}
	return s.edges&(1<<(v-256)) != 0
}

// Edges at which assertions hold.
var (
	edgesStart = edge(symStart, symStartNotBOL)
	edgesEnd   = edge(symEnd, symEndNotEOL)
	edgesFinal = edge(symFinal, symFinalNotEOL)
	edgesAll   = edgesStart | edgesEnd | edgesFinal
)

// maxNFAStates bounds an NFA; a pattern that needs more is matched by backtracking.
const maxNFAStates = 20000

// maxContextSets bounds the sets that nfaBehind states look for.
const maxContextSets = 16
