package dialect

// A kind classifies a token. Reserved words come first, so that a name's
// number (see nameTable) is its kind when it is below firstFreeName.
type kind uint8

const (
	tkEOF kind = iota
	tkAnd
	tkBreak
	tkDo
	tkElse
	tkElseif
	tkEnd
	tkFalse
	tkFor
	tkFunction
	tkIf
	tkIn
	tkLocal
	tkNil
	tkNot
	tkOr
	tkRepeat
	tkReturn
	tkThen
	tkTrue
	tkUntil
	tkWhile
	tkName
	tkNumber
	tkString
	tkAdd
	tkSub
	tkMul
	tkDiv
	tkMod
	tkPow
	tkIntDiv
	tkBitAnd
	tkBitOr
	tkBitXor
	tkShl
	tkShr
	tkTilde
	tkBang
	tkLen
	tkConcat
	tkDots
	tkEq
	tkNe
	tkBangEq
	tkLt
	tkLe
	tkGt
	tkGe
	tkAssign
	tkDot
	tkComma
	tkColon
	tkDoubleColon
	tkSemicolon
	tkLParen
	tkRParen
	tkLBracket
	tkRBracket
	tkLBrace
	tkRBrace
	kindCount
)

// spelling holds the text of the tokens that are always spelled alike.
var spelling = [kindCount]string{
	tkEOF: "<eof>", tkName: "<name>", tkNumber: "<number>", tkString: "<string>",
	tkAnd: "and", tkBreak: "break", tkDo: "do", tkElse: "else", tkElseif: "elseif", tkEnd: "end",
	tkFalse: "false", tkFor: "for", tkFunction: "function", tkIf: "if", tkIn: "in", tkLocal: "local",
	tkNil: "nil", tkNot: "not", tkOr: "or", tkRepeat: "repeat", tkReturn: "return", tkThen: "then",
	tkTrue: "true", tkUntil: "until", tkWhile: "while",
	tkAdd: "+", tkSub: "-", tkMul: "*", tkDiv: "/", tkMod: "%", tkPow: "^", tkIntDiv: `\`,
	tkBitAnd: "&", tkBitOr: "|", tkBitXor: "^^", tkShl: "<<", tkShr: ">>", tkTilde: "~", tkBang: "!",
	tkLen: "#", tkConcat: "..", tkDots: "...", tkEq: "==", tkNe: "~=", tkBangEq: "!=",
	tkLt: "<", tkLe: "<=", tkGt: ">", tkGe: ">=", tkAssign: "=", tkDot: ".", tkComma: ",",
	tkColon: ":", tkDoubleColon: "::", tkSemicolon: ";", tkLParen: "(", tkRParen: ")",
	tkLBracket: "[", tkRBracket: "]", tkLBrace: "{", tkRBrace: "}",
}

// A token is one lexical element: the bytes start..end of the source.
type token struct {
	kind       kind
	id         nameID // of a tkName
	start, end int32
	line       int32 // on which the token starts
	endLine    int32 // on which it ends; differs for strings only
}

// A binding is the priority of a binary operator on its two sides: a right
// priority lower than the left one makes it right associative. Zero means
// that the token is no binary operator.
type binding struct{ left, right int8 }

const unaryPriority = 8

var bindings = [kindCount]binding{
	tkOr: {1, 1}, tkAnd: {2, 2},
	tkLt: {3, 3}, tkGt: {3, 3}, tkLe: {3, 3}, tkGe: {3, 3}, tkNe: {3, 3}, tkBangEq: {3, 3}, tkEq: {3, 3},
	tkConcat: {5, 4},
	tkAdd:    {6, 6}, tkSub: {6, 6}, tkBitAnd: {6, 6}, tkBitOr: {6, 6}, tkBitXor: {6, 6},
	tkMul: {7, 7}, tkDiv: {7, 7}, tkMod: {7, 7}, tkIntDiv: {7, 7}, tkShl: {7, 7}, tkShr: {7, 7},
	tkPow: {10, 9},
}
