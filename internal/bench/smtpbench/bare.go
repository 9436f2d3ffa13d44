package smtpbench

import (
	"context"
	"fmt"
	"io"
	"net"

	"github.com/emersion/go-smtp"
)

// ServeBare runs a go-smtp server without any policy on a port of loopback,
// prints its address to w, and ends with ctx.
func ServeBare(ctx context.Context, w io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return discard{}, nil }))
	s.Domain = "bench.example"
	s.MaxMessageBytes = 32 << 20
	s.EnableSMTPUTF8 = true
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	fmt.Fprintf(w, "address=%s\n", l.Addr())
	if err := s.Serve(l); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// discard accepts all mail and drops it.
type discard struct{}

func (discard) Mail(string, *smtp.MailOptions) error { return nil }
func (discard) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (discard) Reset()                               {}
func (discard) Logout() error                        { return nil }

func (discard) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
