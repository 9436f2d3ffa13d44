package vctx

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Codes with which phases start.
const (
	codeConnect = 220
	codeOther   = 250
)

var (
	// ErrCode is given for a reply code that is not between 200 and 599.
	ErrCode = errors.New("invalid SMTP reply code")
	// ErrTarpit is given for a negative delay.
	ErrTarpit = errors.New("tarpit interval must not be negative")
)

// replyState is what policy decided about the reply of the running phase.
type replyState struct {
	code    int
	note    string
	closing bool // the connection closes after the reply
	tarpit  time.Duration
}

// BeginPhase begins a phase with a reply of its own: a fresh code (220 before
// the banner, 250 elsewhere), no text and no delay. What [Context.SetClosing]
// asked for stays.
func (v *Context) BeginPhase(code int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.reply.code, v.reply.note, v.reply.tarpit = code, "", 0
}

// ContinuePhase begins a phase that has its reply in common with the one
// before, as validate_data_spool with validate_data: code and text are fresh,
// the delay goes on adding up.
func (v *Context) ContinuePhase(code int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.reply.code, v.reply.note = code, ""
}

// Code gives the reply code of the running phase.
func (v *Context) Code() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.reply.code
}

// Note gives the reply text of the running phase, "" if none was set.
func (v *Context) Note() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.reply.note
}

// SetCode sets the reply of the running phase: a code from 200 to 599 and a
// text; with an empty text the code's default is sent. The code that counts is
// the one at the end of the phase.
func (v *Context) SetCode(code int, text string) error {
	return v.setReply(code, func(r *replyState) { r.note = text })
}

// ChangeCode sets the code of the running phase and leaves the text.
func (v *Context) ChangeCode(code int) error {
	return v.setReply(code, func(*replyState) {})
}

func (v *Context) setReply(code int, also func(*replyState)) error {
	if err := checkCode(code); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ended {
		return ErrInvalid
	}
	v.reply.code = code
	also(&v.reply)
	return nil
}

func checkCode(code int) error {
	if code < 200 || code > 599 {
		return fmt.Errorf("%w %d: expected 200 to 599", ErrCode, code)
	}
	return nil
}

// SetNote sets the reply text of the running phase and leaves the code.
func (v *Context) SetNote(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.ended {
		v.reply.note = text
	}
}

// Disconnect sets the reply, after which the connection closes. Code 0 keeps
// the current code if it is 400 or more, else it is 421; an empty text is
// "4.7.0 connection closed by policy".
func (v *Context) Disconnect(code int, text string) error {
	if code != 0 {
		if err := checkCode(code); err != nil {
			return err
		}
	}
	if text == "" {
		text = "4.7.0 connection closed by policy"
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ended {
		return ErrInvalid
	}
	switch {
	case code != 0:
		v.reply.code = code
	case v.reply.code < 400:
		v.reply.code = 421
	}
	v.reply.note, v.reply.closing = text, true
	return nil
}

// SetClosing says whether the connection closes after the reply, whatever its
// code.
func (v *Context) SetClosing(on bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.reply.closing = on && !v.ended
}

// Disconnecting reports whether the connection closes after the reply.
func (v *Context) Disconnecting() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.reply.closing
}

// Tarpit delays the reply of the running phase. Calls add up, to at most
// [Options.MaxTarpit]. The error is [ErrTarpit] for a negative delay, and
// [ErrNotSMTP] where there is no SMTP reply to delay; nothing happens then.
func (v *Context) Tarpit(d time.Duration) error {
	if d < 0 {
		return ErrTarpit
	}
	if !v.conn.IsSMTP() {
		return ErrNotSMTP
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ended {
		return ErrInvalid
	}
	if d > v.opts.MaxTarpit-v.reply.tarpit {
		v.reply.tarpit = v.opts.MaxTarpit
	} else {
		v.reply.tarpit += d
	}
	return nil
}

// TarpitDelay gives the delay of the reply.
func (v *Context) TarpitDelay() time.Duration {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.reply.tarpit
}

// Reply gives the reply of the running phase, with the code's default text if
// policy set none.
func (v *Context) Reply() Reply {
	v.mu.Lock()
	code, text := v.reply.code, v.reply.note
	v.mu.Unlock()
	if text == "" {
		text = DefaultText(code)
	}
	return NewReply(code, text)
}

// Seconds makes a duration of a number of seconds. What a duration cannot hold
// becomes the longest one, NaN becomes zero.
func Seconds(s float64) time.Duration {
	switch ns := s * float64(time.Second); {
	case math.IsNaN(ns):
		return 0
	case ns >= math.MaxInt64:
		return math.MaxInt64
	case ns <= math.MinInt64:
		return math.MinInt64
	default:
		return time.Duration(ns)
	}
}
