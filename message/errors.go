package message

import "errors"

// Conditions of a message or a part as a whole.
var (
	ErrFreed       = errors.New("message has been freed")
	ErrReadOnly    = errors.New("message is read-only")
	ErrSnapshot    = errors.New("message snapshot is read-only")
	ErrNotEmpty    = errors.New("message is not empty")
	ErrNoContent   = errors.New("message has no content")
	ErrTooLarge    = errors.New("message content too large")
	ErrStale       = errors.New("message part is no longer part of the message")
	ErrNotWritable = errors.New("message part is not writable")
)

// Content that [Parse] refuses.
var (
	ErrHeaderTooLarge = errors.New("message: header block exceeds MaxHeaderBytes")
	ErrNoHeader       = errors.New("message: first line is not a header field")
	ErrLoneLF         = errors.New("message: line feed without carriage return")
)

// Arguments that a method refuses.
var (
	ErrInvalidHeaderName = errors.New("message: invalid header name")
	ErrInvalidMode       = errors.New("message: invalid header mode")
	ErrInvalidAddress    = errors.New("message: invalid address")
	ErrInvalidFlags      = errors.New("message: invalid flags")
	ErrInvalidCode       = errors.New("message: invalid SMTP code")
	ErrInvalidPriority   = errors.New("message: priority must be 0 or 1")
	ErrInvalidDomain     = errors.New("message: invalid routing domain")
	ErrInvalidType       = errors.New("message: invalid content type")
	ErrInvalidBoundary   = errors.New("message: invalid boundary")
	ErrInvalidEncoding   = errors.New("message: invalid transfer encoding")
	ErrInvalidRange      = errors.New("message: body range out of bounds")
	ErrUnknownCharset    = errors.New("message: unknown charset")
	ErrNoPart            = errors.New("message: no part given")
	ErrTopPart           = errors.New("message: the top part cannot be unlinked")
	ErrNoBacking         = errors.New("message: string has no backing object")
)

// Reasons why nothing was injected.
var (
	ErrNoRecipients = errors.New("message: no recipients")
	ErrNoInjector   = errors.New("message: injection not available")
	ErrInjectDepth  = errors.New("message: inject depth exceeded")
)
