package av

import (
	"context"
	"errors"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/vctx"
)

// Action is what an automatic scan does about what it finds.
type Action int

const (
	// Reject refuses mail that is infected or cannot be scanned with 550, and
	// defers mail when the scan failed.
	Reject Action = iota
	// Pass notes the outcome in message variables for scripts.
	Pass
)

// Auto scans all mail before scripts see it in validate_data_spool.
type Auto struct {
	// Set has the engines.
	Set *scan.Set
	// Slot is the engine to scan with. If empty, all of kind Antivirus.
	Slot string
	// Action is what to do. If zero, Reject.
	Action Action
	// ContextVariable is the variable that Pass sets to the engine's code, or
	// to "error"; the same with "_info" behind it gets the virus or the reason.
	// If empty, the engine's name with "_status" behind it.
	ContextVariable string
	// SkipVariable is a message variable whose presence prevents the scan. If
	// empty, skip_virus_check.
	SkipVariable string
	// ErrorCode is the reply code of Reject when the scan failed. If zero, 451.
	ErrorCode int
}

// Run scans m, and sets the reply code in c or variables. It has the shape of
// msys.Builtin's Run, for the callout validate_data_spool. The error is that
// of a scan that failed; a set without engines is no failure.
func (a *Auto) Run(ctx context.Context, c *vctx.Context, m *message.Message) error {
	skip := orText(a.SkipVariable, "skip_virus_check")
	if m == nil || c.Exists(vctx.MessScope, skip) {
		return nil
	}
	if _, ok := m.ContextGet(message.ContextMess, skip); ok {
		return nil
	}
	res, err := New(a.Set).Scan(ctx, a.Slot, scan.NewRequest(m, c))
	if ctx.Err() != nil {
		return err
	}
	if res.Status == NoEngine && a.Slot == "" {
		return nil
	}
	if a.Action == Pass {
		a.note(m, c, res, err)
		return err
	}
	return errors.Join(err, a.refuse(c, res))
}

// refuse sets the reply for what is not clean.
func (a *Auto) refuse(c *vctx.Context, res Result) error {
	switch res.Status {
	case Clean:
		return nil
	case Infected:
		return c.SetCode(550, "5.7.1 message contains a virus: "+res.Info)
	case Unscannable:
		return c.SetCode(550, "5.7.1 message cannot be scanned for viruses")
	}
	code := a.ErrorCode
	if code == 0 {
		code = 451
	}
	return c.SetCode(code, "4.3.0 virus scan failed, try later")
}

// note sets the variables for what is not clean.
func (a *Auto) note(m *message.Message, c *vctx.Context, res Result, err error) {
	status := orText(res.Code, res.Status.String())
	switch res.Status {
	case Clean:
		return
	case Infected, Unscannable:
	default:
		status = "error"
	}
	key := a.ContextVariable
	if key == "" {
		key = a.engine(res, err) + "_status"
	}
	for k, v := range map[string]string{key: status, key + "_info": res.Info} {
		m.ContextSet(message.ContextMess, k, v)
		c.Set(vctx.MessScope, k, v)
	}
}

// engine names the engine that an outcome is about.
func (a *Auto) engine(res Result, err error) string {
	var e *scan.Error
	switch {
	case res.Engine != "":
		return res.Engine
	case a.Slot != "":
		return a.Slot
	case errors.As(err, &e):
		return e.Engine
	}
	return "antivirus"
}
