package json

import (
	"errors"
	"fmt"
)

// Code classifies a parse error. The values are those that scripts compare
// with the constants json.ERROR_DEPTH and so on.
type Code int

// The codes of parse errors.
const (
	// CodeSuccess means that there was no error.
	CodeSuccess Code = 0
	// CodeContinue means that the value is not complete yet; [Parse] never
	// gives it.
	CodeContinue Code = 1
	// CodeDepth means that containers are nested more deeply than allowed.
	CodeDepth Code = 2
	// CodeEOF means that the text ends inside a value, or holds none.
	CodeEOF Code = 3
	// CodeUnexpected means a byte that can begin no value.
	CodeUnexpected Code = 4
	// CodeNull means a word that begins like null and is not.
	CodeNull Code = 5
	// CodeBoolean means a word that begins like true or false and is neither.
	CodeBoolean Code = 6
	// CodeNumber means a malformed number.
	CodeNumber Code = 7
	// CodeArray means that a comma or ] was expected.
	CodeArray Code = 8
	// CodeObjectKeyName means that a quoted key was expected.
	CodeObjectKeyName Code = 9
	// CodeObjectKeySep means that a colon was expected.
	CodeObjectKeySep Code = 10
	// CodeObjectValueSep means that a comma or } was expected.
	CodeObjectValueSep Code = 11
	// CodeString means a malformed escape sequence, or a byte that a string
	// may not hold.
	CodeString Code = 12
	// CodeComment means a slash that begins no comment.
	CodeComment Code = 13
)

// String gives the text that json.strerror gives in Lua.
func (c Code) String() string {
	switch c {
	case CodeSuccess:
		return "success"
	case CodeContinue:
		return "continue"
	case CodeDepth:
		return "nesting to deep" // so spelled in the interface
	case CodeEOF:
		return "unexpected end of data"
	case CodeUnexpected:
		return "unexpected character"
	case CodeNull:
		return "null expected"
	case CodeBoolean:
		return "boolean expected"
	case CodeNumber:
		return "number expected"
	case CodeArray:
		return "array value separator ',' expected"
	case CodeObjectKeyName:
		return "quoted object property name expected"
	case CodeObjectKeySep:
		return "object property name separator ':' expected"
	case CodeObjectValueSep:
		return "object value separator ',' expected"
	case CodeString:
		return "invalid string sequence"
	case CodeComment:
		return "expected comment"
	}
	return "unknown error"
}

// Error reports text that is no JSON.
type Error struct {
	// Code says what is wrong.
	Code Code
	// Offset is the position of the offending byte, from 0; the length of the
	// text if it ends early.
	Offset int
}

// Error gives the code's text and the position.
func (e *Error) Error() string { return fmt.Sprintf("json: %s at offset %d", e.Code, e.Offset) }

// The conditions that editing and writing values can meet, for errors.Is.
var (
	// ErrKind reports an operation that the kind of value does not have, such
	// as setting a key of an array.
	ErrKind = errors.New("json: operation does not fit the kind of value")
	// ErrIndex reports a negative or far too large array index.
	ErrIndex = errors.New("json: array index out of range")
	// ErrCycle reports an attempt to put a value into itself.
	ErrCycle = errors.New("json: value cannot contain itself")
	// ErrTooLarge reports that the text of a value exceeds the limit.
	ErrTooLarge = errors.New("json: text too large")
	// ErrTooDeep reports that the containers of a value are nested more deeply
	// than they can be written.
	ErrTooDeep = errors.New("json: value nested too deeply")
	// ErrUnsupported reports a Go value that JSON cannot express.
	ErrUnsupported = errors.New("json: unsupported type")
)
