package xml

import (
	"errors"
	"fmt"
)

// The limits unless set otherwise.
const (
	DefaultMaxSize      = 16 << 20
	DefaultMaxDepth     = 1000
	DefaultMaxExpansion = 1 << 20
	maxEntityDepth      = 20
)

// Options says how to parse. Nil is the default.
type Options struct {
	// KeepBlanks keeps texts of nothing but white space between elements,
	// which are dropped otherwise.
	KeepBlanks bool
	// MaxSize is the most bytes of input. If zero, [DefaultMaxSize].
	MaxSize int
	// MaxDepth is how deeply elements may be nested. If zero,
	// [DefaultMaxDepth].
	MaxDepth int
	// MaxExpansion is the most bytes that all references to entities of the
	// document stand for together. If zero, [DefaultMaxExpansion].
	MaxExpansion int
}

func (o *Options) withDefaults() Options {
	var r Options
	if o != nil {
		r = *o
	}
	if r.MaxSize <= 0 {
		r.MaxSize = DefaultMaxSize
	}
	if r.MaxDepth <= 0 {
		r.MaxDepth = DefaultMaxDepth
	}
	if r.MaxExpansion <= 0 {
		r.MaxExpansion = DefaultMaxExpansion
	}
	return r
}

// ErrLimit reports a document that exceeds one of the limits of [Options].
var ErrLimit = errors.New("xml: limit exceeded")

// ErrEncoding reports a document in a character encoding that is not
// supported.
var ErrEncoding = errors.New("xml: unsupported encoding")

// SyntaxError reports a document that is not well-formed.
type SyntaxError struct {
	// Line is the line of the input, from 1.
	Line int
	// Msg says what is wrong.
	Msg string
}

// Error gives the reason with its line.
func (e *SyntaxError) Error() string { return fmt.Sprintf("xml: line %d: %s", e.Line, e.Msg) }
