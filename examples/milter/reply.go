package main

import (
	"strings"

	"github.com/emersion/go-milter"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// response is an answer to the MTA. The library would begin with a new
// Milter, which knows nothing of the connection, after answers that end a
// message; so all of ours say that it goes on.
type response struct {
	code milter.ActionCode
	text string
}

var _ milter.Response = response{}

// Response implements milter.Response.
func (r response) Response() *milter.Message {
	m := &milter.Message{Code: byte(r.code)}
	if r.code == milter.ActReplyCode {
		m.Data = append([]byte(r.text), 0)
	}
	return m
}

// Continue implements milter.Response.
func (response) Continue() bool { return true }

var (
	proceed = response{code: milter.ActContinue}
	accept  = response{code: milter.ActAccept}
	discard = response{code: milter.ActDiscard}
)

// tempfail is the answer to failures of the program itself.
var tempfail = refuse(msys.Verdict{Action: msys.Defer, Code: 451, Text: "4.3.0 temporary failure, try later"})

// respond makes the answer to a step before the message.
func respond(v msys.Verdict) response {
	if v.OK() {
		return proceed
	}
	return refuse(v)
}

// refuse makes the reply of a verdict. MTAs close the connection after a 421,
// Postfix after a 521, too: a refusal for good stays one. What a client of
// Sendmail says after a 521 gets the same answer.
func refuse(v msys.Verdict) response {
	code := v.Code
	if v.Action == msys.Disconnect {
		if code = 421; v.Code >= 500 {
			code = 521
		}
	}
	text := strings.Join(vctx.FormatReply(code, v.Text), "\r\n")
	return response{code: milter.ActReplyCode, text: strings.ReplaceAll(text, "%", "%%")} // MTAs take it as a format
}
