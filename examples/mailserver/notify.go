package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/rfc3464"
	"github.com/gomsys/gomsys/vctx"
)

// notifySuccess tells the sender that a message has arrived or was passed on,
// if the RCPT command asked for that (RFC 3461 section 4.1).
func (s *server) notifySuccess(ctx context.Context, m *message.Message, a rfc3464.Action) {
	if !wantsSuccess(m) {
		return
	}
	err := rfc3464.Send(ctx, m, a, s.rejected.dsn())
	if err != nil && !errors.Is(err, rfc3464.ErrNullSender) && !errors.Is(err, rfc3464.ErrSuppressed) {
		s.o.logger.Error("notification could not be sent", "message", m.ID(), "error", err)
	}
}

// relayed tells the sender of mail that the next hop will not report about.
func (s *server) relayed(ctx context.Context, m *message.Message) {
	s.notifySuccess(ctx, m, rfc3464.Relayed)
}

// wantsSuccess reports whether NOTIFY of the recipient has SUCCESS.
func wantsSuccess(m *message.Message) bool {
	line, _ := m.ContextGet(message.ContextMess, vctx.KeyRcpttoString)
	path, err := vctx.ParsePath(line)
	return err == nil && slices.ContainsFunc(path.Params, func(p string) bool {
		name, value, _ := strings.Cut(p, "=")
		return strings.EqualFold(name, "NOTIFY") && slices.Contains(strings.Split(strings.ToUpper(value), ","), "SUCCESS")
	})
}
