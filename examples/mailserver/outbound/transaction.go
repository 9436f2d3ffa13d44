package outbound

import (
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-smtp"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/vctx/macro"
)

// transaction is one message on a connection.
type transaction struct {
	client  *smtp.Client
	attempt *delivery.Attempt
	// args has policy change the parameters of the command that is sent next.
	args func(cmd msys.SMTPCommand, given msys.SMTPArgs) (delivery.Reply, error)
}

// run sends the message. An error that is no *smtp.SMTPError means that the
// connection is of no use any more; reply says what happened in any case.
func (t *transaction) run(content io.Reader) (delivery.Reply, error) {
	env := t.attempt.Message.Envelope()
	from, to := env.From, env.To
	if env.NullFrom {
		from = ""
	}
	o, rcpt := dsnOptions(t.attempt.Message)
	if strings.ContainsFunc(from+to, func(c rune) bool { return c > 0x7e }) {
		if ok, _ := t.client.Extension("SMTPUTF8"); !ok {
			return internal(550, "5.6.7 [internal] the next hop does not take internationalized addresses"), &smtp.SMTPError{}
		}
		o.UTF8 = true
	}
	t.attempt.Phase = macro.StageMailFrom
	given, givenTo := msys.SMTPArgs{}, msys.SMTPArgs{} // what the client sends by itself
	if ok, _ := t.client.Extension("DSN"); ok {
		addDSN(given, givenTo, &o, &rcpt)
	}
	if ok, _ := t.client.Extension("8BITMIME"); ok {
		given["BODY"] = "8BITMIME"
	}
	if o.UTF8 {
		given["SMTPUTF8"] = ""
	}
	if reply, err := t.arguments(msys.CommandMailFrom, given); err != nil {
		return reply, err
	}
	if err := t.client.Mail(from, &o); err != nil {
		return failure(err, delivery.NoMailFromResponse), err
	}
	t.attempt.Phase = macro.StageRcptTo
	if reply, err := t.arguments(msys.CommandRcptTo, givenTo); err != nil {
		return reply, err
	}
	if err := t.client.Rcpt(to, &rcpt); err != nil {
		return failure(err, delivery.NoRcptToResponse), err
	}
	t.attempt.Phase = macro.StageData
	w, err := t.client.Data()
	if err != nil {
		return failure(err, delivery.NoDataResponse), err
	}
	t.attempt.Phase = macro.StageBody
	if _, err := io.Copy(w, content); err != nil {
		return failure(err, delivery.SendBodyFailed), err
	}
	t.attempt.Phase = macro.StageConfirmation
	done, err := w.CloseWithResponse()
	if err != nil {
		return failure(err, delivery.NoBodyResponse), err
	}
	lines := strings.Split(done.StatusText, "\n")
	reply := delivery.Reply{Code: 250, Text: lines[0]}
	if len(lines) > 1 {
		reply.Lines = lines
	}
	return reply, nil
}

// arguments has policy change the parameters of a command.
func (t *transaction) arguments(cmd msys.SMTPCommand, given msys.SMTPArgs) (delivery.Reply, error) {
	reply, err := t.args(cmd, given)
	if err != nil && !errors.Is(err, errRefusedByHook) {
		reply = delivery.Internal(delivery.Trouble)
	}
	return reply, err
}
