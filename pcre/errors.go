package pcre

import (
	"errors"
	"fmt"
)

// Errors that a match can end with. A match that simply does not succeed is not an error.
var (
	// ErrStepLimit says that a match needed more steps than Options.StepLimit allows.
	ErrStepLimit = errors.New("pcre: match limit exceeded")

	// ErrMemoryLimit says that a match needed more backtracking memory than Options.MemoryLimit allows.
	ErrMemoryLimit = errors.New("pcre: backtracking memory limit exceeded")

	// ErrRecursionLoop says that a subroutine called itself at one place of the subject without end.
	ErrRecursionLoop = errors.New("pcre: recursion loops without consuming the subject")

	// ErrSubjectTooLong says that the subject has more than 2 GiB.
	ErrSubjectTooLong = errors.New("pcre: subject too long")

	// ErrBadOffset says that a match was asked to start outside of the subject.
	ErrBadOffset = errors.New("pcre: start offset outside the subject")
)

// A SyntaxError says why and where a pattern does not compile.
type SyntaxError struct {
	// Offset is the byte offset in the pattern at which the error was noticed.
	Offset int
	// Code classifies the error; the numbers are those of PCRE 8.
	Code ErrorCode
	// Msg is Code's text, worded as PCRE 8 does.
	Msg string
}

// Error returns the message with the offset.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("pcre: %s at offset %d", e.Msg, e.Offset)
}

// An ErrorCode is the number of a pattern error, as PCRE 8 numbers them.
type ErrorCode int

// The errors that a pattern can have.
const (
	ErrTrailingBackslash      ErrorCode = 1
	ErrTrailingControl        ErrorCode = 2
	ErrUnknownEscape          ErrorCode = 3
	ErrQuantifierOrder        ErrorCode = 4
	ErrQuantifierTooBig       ErrorCode = 5
	ErrMissingBracket         ErrorCode = 6
	ErrClassEscape            ErrorCode = 7
	ErrRangeOrder             ErrorCode = 8
	ErrNothingToRepeat        ErrorCode = 9
	ErrUnknownGroup           ErrorCode = 12
	ErrPOSIXOutsideClass      ErrorCode = 13
	ErrMissingParen           ErrorCode = 14
	ErrMissingSubpattern      ErrorCode = 15
	ErrMissingCommentParen    ErrorCode = 18
	ErrTooLarge               ErrorCode = 20
	ErrUnmatchedParen         ErrorCode = 22
	ErrUnknownLookbehind      ErrorCode = 24
	ErrLookbehindLength       ErrorCode = 25
	ErrCondition              ErrorCode = 26
	ErrCondBranches           ErrorCode = 27
	ErrCondAssertion          ErrorCode = 28
	ErrRecursionSyntax        ErrorCode = 29
	ErrUnknownPOSIX           ErrorCode = 30
	ErrPOSIXCollating         ErrorCode = 31
	ErrCodePointTooLarge      ErrorCode = 34
	ErrCondZero               ErrorCode = 35
	ErrCodeUnitLookbehind     ErrorCode = 36
	ErrUnsupportedEscape      ErrorCode = 37
	ErrCalloutNumber          ErrorCode = 38
	ErrCalloutParen           ErrorCode = 39
	ErrUnknownGroupP          ErrorCode = 41
	ErrNameTerminator         ErrorCode = 42
	ErrDuplicateName          ErrorCode = 43
	ErrInvalidUTF8            ErrorCode = 44
	ErrPropertySyntax         ErrorCode = 46
	ErrUnknownProperty        ErrorCode = 47
	ErrNameTooLong            ErrorCode = 48
	ErrTooManyNames           ErrorCode = 49
	ErrOctalTooLarge          ErrorCode = 51
	ErrDefineBranches         ErrorCode = 54
	ErrGroupReference         ErrorCode = 57
	ErrZeroReference          ErrorCode = 58
	ErrVerbArgument           ErrorCode = 59
	ErrUnknownVerb            ErrorCode = 60
	ErrNumberTooBig           ErrorCode = 61
	ErrNameExpected           ErrorCode = 62
	ErrDigitExpected          ErrorCode = 63
	ErrDifferentNames         ErrorCode = 65
	ErrMarkArgument           ErrorCode = 66
	ErrControlNotASCII        ErrorCode = 68
	ErrNamedReference         ErrorCode = 69
	ErrNotInClass             ErrorCode = 71
	ErrSurrogate              ErrorCode = 73
	ErrVerbNameTooLong        ErrorCode = 75
	ErrNotHex                 ErrorCode = 79
	ErrNotOctal               ErrorCode = 80
	ErrMissingBrace           ErrorCode = 81
	ErrTooDeep                ErrorCode = 82
	ErrClassRange             ErrorCode = 83
	ErrNameStartsWithDigit    ErrorCode = 84
	ErrExtendedClassSyntax    ErrorCode = 90
	ErrExtendedClassEnd       ErrorCode = 91
	ErrUnicodeNumberNeedsUTF8 ErrorCode = 92
)

// String returns the text of the error.
func (c ErrorCode) String() string {
	if s := errorText(c); s != "" {
		return s
	}
	return fmt.Sprintf("error %d", int(c))
}

func errorText(c ErrorCode) string {
	switch c {
	case ErrTrailingBackslash:
		return `\ at end of pattern`
	case ErrTrailingControl:
		return `\c at end of pattern`
	case ErrUnknownEscape:
		return `unrecognized character follows \`
	case ErrQuantifierOrder:
		return `numbers out of order in {} quantifier`
	case ErrQuantifierTooBig:
		return `number too big in {} quantifier`
	case ErrMissingBracket:
		return `missing terminating ] for character class`
	case ErrClassEscape:
		return `invalid escape sequence in character class`
	case ErrRangeOrder:
		return `range out of order in character class`
	case ErrNothingToRepeat:
		return `nothing to repeat`
	case ErrUnknownGroup:
		return `unrecognized character after (? or (?-`
	case ErrPOSIXOutsideClass:
		return `POSIX named classes are supported only within a class`
	case ErrMissingParen:
		return `missing )`
	case ErrMissingSubpattern:
		return `reference to non-existent subpattern`
	case ErrMissingCommentParen:
		return `missing ) after comment`
	case ErrTooLarge:
		return `regular expression is too large`
	case ErrUnmatchedParen:
		return `unmatched parentheses`
	case ErrUnknownLookbehind:
		return `unrecognized character after (?<`
	case ErrLookbehindLength:
		return `lookbehind assertion is not fixed length`
	case ErrCondition:
		return `malformed number or name after (?(`
	case ErrCondBranches:
		return `conditional group contains more than two branches`
	case ErrCondAssertion:
		return `assertion expected after (?(`
	case ErrRecursionSyntax:
		return `(?R or (?[+-]digits must be followed by )`
	case ErrUnknownPOSIX:
		return `unknown POSIX class name`
	case ErrPOSIXCollating:
		return `POSIX collating elements are not supported`
	case ErrCodePointTooLarge:
		return `character value in \x{} or \o{} is too large`
	case ErrCondZero:
		return `invalid condition (?(0)`
	case ErrCodeUnitLookbehind:
		return `\C not allowed in lookbehind assertion in UTF-8 mode`
	case ErrUnsupportedEscape:
		return `PCRE does not support \L, \l, \N{name}, \U, or \u`
	case ErrCalloutNumber:
		return `number after (?C is > 255`
	case ErrCalloutParen:
		return `closing ) for (?C expected`
	case ErrUnknownGroupP:
		return `unrecognized character after (?P`
	}
	return errorTextRest(c)
}

func errorTextRest(c ErrorCode) string {
	switch c {
	case ErrNameTerminator:
		return `syntax error in subpattern name (missing terminator)`
	case ErrDuplicateName:
		return `two named subpatterns have the same name`
	case ErrInvalidUTF8:
		return `invalid UTF-8 string`
	case ErrPropertySyntax:
		return `malformed \P or \p sequence`
	case ErrUnknownProperty:
		return `unknown property name after \P or \p`
	case ErrNameTooLong:
		return `subpattern name is too long (maximum 128 bytes)`
	case ErrTooManyNames:
		return `too many named subpatterns (maximum 10000)`
	case ErrOctalTooLarge:
		return `octal value is greater than \377 in 8-bit non-UTF-8 mode`
	case ErrDefineBranches:
		return `DEFINE group contains more than one branch`
	case ErrGroupReference:
		return `\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number`
	case ErrZeroReference:
		return `a numbered reference must not be zero`
	case ErrVerbArgument:
		return `an argument is not allowed for (*ACCEPT), (*FAIL), or (*COMMIT)`
	case ErrUnknownVerb:
		return `(*VERB) not recognized or malformed`
	case ErrNumberTooBig:
		return `number is too big`
	case ErrNameExpected:
		return `subpattern name expected`
	case ErrDigitExpected:
		return `digit expected after (?+`
	case ErrDifferentNames:
		return `different names for subpatterns of the same number are not allowed`
	case ErrMarkArgument:
		return `(*MARK) must have an argument`
	case ErrControlNotASCII:
		return `\c must be followed by an ASCII character`
	case ErrNamedReference:
		return `\k is not followed by a braced, angle-bracketed, or quoted name`
	case ErrNotInClass:
		return `\N is not supported in a class`
	case ErrSurrogate:
		return `disallowed Unicode code point (>= 0xd800 && <= 0xdfff)`
	case ErrVerbNameTooLong:
		return `name is too long in (*MARK), (*PRUNE), (*SKIP), or (*THEN)`
	case ErrNotHex:
		return `non-hex character in \x{} (closing brace missing?)`
	case ErrNotOctal:
		return `non-octal character in \o{} (closing brace missing?)`
	case ErrMissingBrace:
		return `missing opening brace after \o`
	case ErrTooDeep:
		return `parentheses are too deeply nested`
	case ErrClassRange:
		return `invalid range in character class`
	case ErrNameStartsWithDigit:
		return `group name must start with a non-digit`
	case ErrExtendedClassSyntax:
		return `syntax error in extended character class`
	case ErrExtendedClassEnd:
		return `missing terminating ]) for extended character class`
	case ErrUnicodeNumberNeedsUTF8:
		return `\N{U+dddd} is supported only in UTF-8 mode`
	}
	return ""
}
