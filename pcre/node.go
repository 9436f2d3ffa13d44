package pcre

// A nodeOp says what a node of the syntax tree stands for.
type nodeOp uint8

const (
	opEmpty     nodeOp = iota // matches the empty string
	opFail                    // never matches
	opChar                    // one literal character: r, fold
	opSet                     // one character of set
	opByte                    // one code unit: \C
	opConcat                  // subs in sequence
	opAlternate               // the first of subs that leads to a match
	opRepeat                  // subs[0], min to max times, in mode
	opCapture                 // subs[0] captured as group n
	opAtomic                  // subs[0] without backtracking into it
	opLook                    // subs[0] as look-around, see look
	opBackref                 // the text of the first set group of refs
	opCall                    // group n as a subroutine
	opCond                    // subs[0] if cond holds, else subs[1]
	opAssert                  // a simple assertion, see assert
	opKeep                    // \K
	opGrapheme                // \X
	opVerb                    // a backtracking verb, see verb
)

// maxRepeat is the max of an unlimited repeat.
const maxRepeat = -1

type repeatMode uint8

const (
	greedy repeatMode = iota
	lazy
	possessive
)

type assertKind uint8

const (
	assertTextStart  assertKind = iota // \A
	assertTextEnd                      // \z
	assertFinalEnd                     // \Z: at the end or before a final newline
	assertLineStart                    // ^ with m
	assertLineEnd                      // $ with m
	assertBegin                        // ^ without m: as \A, subject to NotBOL
	assertDollar                       // $ without m: as \Z, subject to NotEOL
	assertDollarEnd                    // $ with DollarEndOnly: as \z, subject to NotEOL
	assertWord                         // \b
	assertNotWord                      // \B
	assertMatchStart                   // \G
)

type verbKind uint8

const (
	verbAccept verbKind = iota
	verbCommit
	verbPrune
	verbSkip
	verbThen
	verbMark
)

type condKind uint8

const (
	condGroup     condKind = iota // one of refs is set
	condRecursion                 // inside any call
	condCalled                    // inside a call of one of refs
	condFalse                     // DEFINE, VERSION
	condTrue
	condLook // look is the condition
)

// A look describes a look-around assertion.
type look struct {
	behind    bool
	negative  bool
	nonAtomic bool
}

// A node is one node of a pattern's syntax tree.
type node struct {
	op     nodeOp
	fold   bool // opChar, opBackref: without regard to case
	ucp    bool // opAssert \b: Unicode word characters
	mode   repeatMode
	assert assertKind
	verb   verbKind
	cond   condKind
	look   look
	r      rune
	n      int // group number; verb: index of the name + 1
	min    int
	max    int
	set    *charSet
	subs   []*node
	refs   []int
	name   string // unresolved name of a reference; the name of a verb
	guard  *node  // opCond with condLook: the assertion
	offset int    // where in the pattern, for errors

	nullable bool // can match nothing, as far as is known
	settled  bool // opRepeat: greedy, lazy and possessive are the same here
	final    bool // opRepeat: nothing follows, no need to remember other ways
}

func concat(subs []*node) *node {
	switch len(subs) {
	case 0:
		return &node{op: opEmpty}
	case 1:
		return subs[0]
	}
	return &node{op: opConcat, subs: subs}
}

func alternate(subs []*node) *node {
	if len(subs) == 1 {
		return subs[0]
	}
	return &node{op: opAlternate, subs: subs}
}
