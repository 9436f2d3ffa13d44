package scan

import (
	"errors"
	"fmt"
)

// Conditions of a scan.
var (
	// ErrNoEngine is for a name under which no engine is configured.
	ErrNoEngine = errors.New("no such engine configured")
	// ErrNameTooLong is for an engine name of more than [MaxNameLength] bytes.
	ErrNameTooLong = errors.New("engine name too long")
	// ErrContainer is for a part that has other parts where a leaf is wanted.
	ErrContainer = errors.New("the part is a container")
	// ErrTimeout is for an engine that took longer than its slot allows.
	ErrTimeout = errors.New("timeout")
	// ErrDown is for an engine that failed so often that it is not asked for
	// a while.
	ErrDown = errors.New("engine is down")
	// ErrMail is for a mail that cannot be passed on as it is. Engines wrap it
	// in errors that are the mail's fault.
	ErrMail = errors.New("mail cannot be passed to the engine")
	// ErrAnswer is for an answer that makes no sense, or says that the engine
	// could not scan.
	ErrAnswer = errors.New("unusable answer")
)

// Error is a failure of an engine. Its text is for logs.
type Error struct {
	// Engine is the slot's name, or the kind of engine outside of a [Set].
	Engine string
	// Op says what was being done: "connecting", "reading the answer".
	Op string
	// Err is the cause.
	Err error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Op == "" {
		return fmt.Sprintf("scan: %s: %v", e.Engine, e.Err)
	}
	return fmt.Sprintf("scan: %s: %s: %v", e.Engine, e.Op, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether the same scan may work later. It may not if there
// is no such engine, or the mail is the reason.
func (e *Error) Temporary() bool {
	for _, lasting := range []error{ErrNoEngine, ErrNameTooLong, ErrContainer, ErrMail} {
		if errors.Is(e.Err, lasting) {
			return false
		}
	}
	return true
}

// Reason gives an error's text for a script: without the name of the engine,
// and in one line.
func Reason(err error) string {
	var e *Error
	if errors.As(err, &e) {
		text := e.Err.Error()
		if e.Op != "" {
			text = e.Op + ": " + text
		}
		return oneLine(text)
	}
	return oneLine(err.Error())
}

// oneLine makes control characters spaces.
func oneLine(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c < ' ' || c == 0x7f {
			b[i] = ' '
		}
	}
	return string(b)
}

// named makes err an *Error of the engine name.
func named(name string, err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		if e.Engine == name {
			return e
		}
		return &Error{Engine: name, Op: e.Op, Err: e.Err}
	}
	return &Error{Engine: name, Op: "scanning", Err: err}
}
