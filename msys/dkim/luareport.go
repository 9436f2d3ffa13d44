package dkim

import (
	"errors"
	"strings"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// What reflect gives.
const (
	reflectOK           = 1
	reflectUnconfigured = 0
	reflectState        = -1
	reflectPhase        = -2
	reflectInput        = -3
)

// beforeData are the phases in which the data of a message is still to come.
const beforeData = bind.Connect | bind.Ehlo | bind.Mailfrom | bind.Rcptto

func (f *face) reflectFunc() bind.Func {
	return bind.Func{
		Name: "reflect", Params: "msg:msys.core:_ec_message|nil, vctx:msys.core:_validate_context|nil, sender:string, receivers:string, [subj:string], [note:string]",
		Returns: "number", Phases: bind.Mailfrom | bind.Rcptto, Also: bind.Any, AlsoNote: "it gives -2 there",
		Doc: "Asks for a mail from `sender` about the DKIM result of the message to come. `receivers` are parted by semicolons: the first is To, the others get blind copies. " +
			"`note` stands in front of the results. The mail is sent when the data has been verified. Gives 1; 0 if the host does not verify by itself, " +
			"-1 without a transaction, -2 from the data phase on, -3 for addresses that are none.",
		Fn: func(c *bind.Call) int {
			v := bind.OptArg[*vctx.Context](c, 2)
			if v == nil {
				v = vctx.FromEnv(c.Env())
			}
			r := Report{Sender: c.String(3), Subject: c.OptString(5, ""), Note: c.OptString(6, "")}
			for receiver := range strings.SplitSeq(c.String(4), ";") {
				if receiver = strings.TrimSpace(receiver); receiver != "" {
					r.Receivers = append(r.Receivers, receiver)
				}
			}
			if f.validator == nil {
				return c.PushInt(reflectUnconfigured)
			}
			if phase := c.Env().Phase; phase != 0 && phase&beforeData == 0 {
				return c.PushInt(reflectPhase)
			}
			switch err := RequestReport(v, r); {
			case errors.Is(err, ErrReportState):
				return c.PushInt(reflectState)
			case err != nil:
				return c.PushInt(reflectInput)
			}
			return c.PushInt(reflectOK)
		},
	}
}
