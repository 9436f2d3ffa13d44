package dialect

import "strings"

// A helper is a Go function that stands in for something that the machine
// cannot do. Its name in the text is the byte 0xFF, which the machine takes
// for a letter but no script may use, and one more letter.
type helper uint8

const (
	helperGuard helper = iota // a number, see guard.go
	helperMain                // marks the main function
	helperMod
	helperIntDiv
	helperBitAnd
	helperBitOr
	helperBitXor
	helperShl
	helperShr
	helperBitNot
	helperConcat
	helperIter
	helperIndexRead
	helperIndexWrite
	helperGotoMethod
	helperArg
	helperValues
	helperCount
)

// helperNames are the names in Program.Helpers.
var helperNames = [helperCount]string{
	helperGuard: "guard", helperMain: "main", helperMod: "remainder", helperIntDiv: "intdiv",
	helperBitAnd: "and", helperBitOr: "or", helperBitXor: "xor",
	helperShl: "lshift", helperShr: "shift", helperBitNot: "not", helperConcat: "concat",
	helperIter: "each", helperIndexRead: "get", helperIndexWrite: "set", helperGotoMethod: "method", helperArg: "arg", helperValues: "values",
}

const (
	helperLetters = "gMmdaoxlrnciIWGvV"
	hidden        = "\xFF"          // first byte of every name that the translator makes up
	hiddenGoto    = hidden + "goto" // a local variable named goto
	hiddenLabel   = hidden + "skip" // see guard.go
)

func (h helper) name() string { return helperCalls[h][:2] }
func (h helper) call() string { return helperCalls[h] }

// helperCalls are the texts that open the calls of the helpers.
var helperCalls = func() (t [helperCount]string) {
	for h := range helperCount {
		t[h] = hidden + helperLetters[h:h+1] + "("
	}
	return t
}()

type helperSet uint32

func (s helperSet) has(h helper) bool { return s&(1<<h) != 0 }

// call notes that the text needs h and returns the text that opens its call.
func (p *parser) call(h helper) string {
	p.needs |= 1 << h
	return h.call()
}

// wrap makes the text a function that takes the helpers and returns the
// chunk. Its first statement makes sure that the chunk's function has _ENV
// as its first upvalue and the mark of a main function as its second.
func (p *parser) wrap() []helper {
	p.needs |= 1 << helperMain
	var params []string
	var helpers []helper
	for h := range helperCount {
		if p.needs.has(h) {
			params = append(params, h.name())
			helpers = append(helpers, h)
		}
	}
	p.edits = append(p.edits, edit{0, 0, placeFirst,
		"local " + strings.Join(params, ",") + "=... return function(...)if _ENV==" + helperMain.name() + " then end "})
	p.edits = append(p.edits, edit{p.lastEnd, 0, placeLast, " end"})
	return helpers
}
