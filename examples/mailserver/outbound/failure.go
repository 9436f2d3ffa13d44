package outbound

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/emersion/go-smtp"

	"github.com/gomsys/gomsys/msys/delivery"
)

// failure gives the reply for an error: the remote's, else an internal one.
func failure(err error, silent delivery.InternalKind) delivery.Reply {
	var refused *smtp.SMTPError
	var timeout net.Error
	switch {
	case errors.As(err, &refused):
		return replyOf(refused)
	case errors.As(err, &timeout) && timeout.Timeout():
		return delivery.Internal(silent)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return delivery.Internal(delivery.ConnectionClosed)
	}
	return delivery.Internal(silent)
}

func replyOf(e *smtp.SMTPError) delivery.Reply {
	lines := strings.Split(e.Message, "\n")
	if e.EnhancedCode != smtp.NoEnhancedCode && e.EnhancedCode != smtp.EnhancedCodeNotSet {
		for i := range lines {
			lines[i] = fmt.Sprintf("%d.%d.%d %s", e.EnhancedCode[0], e.EnhancedCode[1], e.EnhancedCode[2], lines[i])
		}
	}
	r := delivery.Reply{Code: e.Code, Text: lines[0]}
	if len(lines) > 1 {
		r.Lines = lines
	}
	return r
}

func internal(code int, text string) delivery.Reply {
	return delivery.Reply{Code: code, Text: text, Internal: true}
}

func notConnected(err error) delivery.Reply {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return delivery.Internal(delivery.ConnectTimeout)
	}
	return delivery.Internal(delivery.NoValidHosts)
}
