package msys

import (
	"errors"
	"fmt"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// logIfRejected tells loggers of a refusal.
func (s *Session) logIfRejected(state vctx.State, v Verdict) {
	if v.Code >= 400 {
		s.logRejection(state, v)
	}
}

// logRejection runs core_log_rejection. What it does has no effect on mail.
func (s *Session) logRejection(state vctx.State, v Verdict) {
	s.rt.accounts().Rejection(s.conn.RemoteAddr().IP(), 1)
	s.rejection(state, fmt.Sprintf("%d %s", v.Code, strings.ReplaceAll(v.Text, "\n", " ")))
}

func (s *Session) rejection(state vctx.State, text string) {
	s.rt.log.Info("rejected", "session", s.ID(), "text", text)
	hook := s.rt.hooks.find("core_log_rejection")
	if !s.hooked(hook) {
		return
	}
	s.logHook(hook, func(l *lua.State) int {
		bind.PushObject(l, s.rt.now())
		s.connArgs(l)
		l.PushInteger(int(state))
		l.PushString(text)
		l.PushNil()
		return 6
	})
}

// logDiscard is the rejection record of a message that policy dropped.
func (s *Session) logDiscard(m *message.Message) {
	s.rejection(vctx.StateAsyncBodyResponse, m.Disposition().Reason)
}

// logReception runs core_log_reception_v1 for an accepted copy.
func (s *Session) logReception(m *message.Message) {
	hook := s.rt.hooks.find("core_log_reception_v1")
	if !s.hooked(hook) {
		return
	}
	s.logHook(hook, func(l *lua.State) int {
		s.pushConn(l)
		s.pushMessage(l, m)
		bind.PushObject(l, s.rt.now())
		l.PushString("")
		l.PushInteger(0)
		return 5
	})
}

// logHook dispatches a logging hook; the decision of the session stays as it
// was.
func (s *Session) logHook(hook *HookDef, push func(l *lua.State) int) {
	code, note, closing := s.v.Code(), s.v.Note(), s.v.Disconnecting()
	defer func() {
		_ = s.v.SetCode(code, note) // fails for no code that was in effect
		s.v.SetClosing(closing)
	}()
	if _, err := s.dispatch(hook, dispatchOptions{push: push}); err != nil {
		s.rt.log.Warn("log callout did not run", "callout", hook.Name, "error", err)
	}
}

// dataFailed is the result for content that could not be taken: the verdict
// for bad content, the error for a failed read.
func (s *Session) dataFailed(err error) (*Result, error) {
	var text string
	switch {
	case errors.Is(err, message.ErrHeaderTooLarge):
		text = "5.6.0 message header too large"
	case errors.Is(err, message.ErrNoHeader):
		text = "5.6.0 message has no header"
	case errors.Is(err, message.ErrLoneLF):
		text = "5.6.0 line feed without carriage return in message"
	default:
		return nil, fmt.Errorf("msys: reading data: %w", err)
	}
	v := Verdict{Action: Reject, Code: 554, Text: text}
	s.logRejection(vctx.StateBodyResponse, v)
	return &Result{Verdict: v}, nil
}
