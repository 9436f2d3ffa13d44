package pcre

// An opcode is the operation of one instruction of the backtracking matcher.
type opcode uint8

const (
	iFail         opcode = iota
	iMatch               // the pattern, or group 0 as a subroutine, has matched
	iByte                // the byte n
	iLiteral             // the text of lit
	iFoldLiteral         // the same without regard to case
	iSet                 // one character of set; kind says how
	iRun                 // n to m characters of set, in mode
	iAny                 // one byte
	iJump                // go on at x
	iSplit               // try x, then y
	iCaptureOpen         // group n begins
	iCaptureClose        // group n ends
	iReturn              // group n, entered by a call, has matched
	iSetPos              // register n = position
	iSetReg              // register n = m
	iSetHeight           // register n = height of the stack, for (*THEN)
	iLoop                // end of an iteration of a loop, see loopInfo
	iCut                 // begin an atomic group
	iCutEnd              // end it: forget how it matched
	iLook                // begin a look-around
	iLookEnd             // its body has matched
	iBack                // go back n to m characters
	iBackrefGroup        // the text of a group
	iCall                // call group n
	iCondGroup           // if none of groups is set, go to x
	iCondCall            // if not inside of a call of one of groups, go to x
	iAssert              // a simple assertion
	iKeep                // \K
	iGrapheme            // \X
	iVerb                // a backtracking verb
	iAccept              // (*ACCEPT)
	iResetPos            // position = register n
	iCheckPos            // fail unless position = register n
)

// setKind says how the characters of a set are encoded.
type setKind uint8

const (
	setByte setKind = iota // single bytes
	setHigh                // ASCII per set, every other UTF-8 character
	setUTF8                // decode and look up
)

// An inst is one instruction.
type inst struct {
	op     opcode
	kind   setKind
	mode   repeatMode
	assert assertKind
	verb   verbKind
	fold   bool
	neg    bool
	behind bool
	ucp    bool
	then   bool // (*THEN) in an alternative that others follow
	x, y   int32
	n, m   int32
	memo   int32 // number in a memo
	set    *charSet
	lit    *literal
	groups *[]int
	firstX *byteSet // what x can begin with, if it cannot match nothing
	firstY *byteSet
	loop   *loopInfo
}

// A literal is the text of an instruction. Each byte of the subject must be
// the one of str or, without regard to case, the one of alt.
type literal struct{ str, alt string }

// A loopInfo describes a counted loop, or one whose body can match nothing.
type loopInfo struct {
	count    int32 // register of the counter, -1 if none
	start    int32 // register of the iteration's start, -1 if the body always consumes
	min, max int32
	mode     repeatMode
	body     int32
	exit     int32
}

// A program is a compiled pattern for the backtracking matcher. It is immutable.
type program struct {
	utf       bool
	newline   Newline
	insts     []inst
	ncap      int        // groups, the whole match not counted
	nregs     int        // 3 per group and what loops need
	entry     []int32    // where group i begins, for calls
	groupEnd  []int32    // where it ends
	first     *byteSet   // what a match begins with, nil if it can be anything
	pre       *prefilter // the same, if it is rare
	memo      int        // instructions that a memo is kept for
	required  finder     // what every match contains
	minLength int        // bytes
	anchored  bool
	atStart   bool  // only matches at the start of the subject
	lineStart bool  // only matches at the start of a line, which LF ends
	flags     Flags // that the pattern itself sets
	ucpWord   *charSet
}

// Registers: 0 is the start of the match, 1 its end; group g begins at 3g,
// ends at 3g+1, and 3g+2 is where an open group began.
func regStart(g int) int { return 3 * g }
func regEnd(g int) int   { return 3*g + 1 }
