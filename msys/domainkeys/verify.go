package domainkeys

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/vctx"
)

// statusVariable is the message variable with the status.
const statusVariable = "dk_status"

// Verifier validates messages. The zero value is ready for use; it is safe
// for concurrent use and must not be copied.
type Verifier struct {
	// Keys looks public keys up and remembers them. Its resolver and clock
	// are set there.
	Keys dkimsig.KeyStore
	// MaxSignatures is how many signatures of a message are looked at, from
	// the top. If zero, 5.
	MaxSignatures int
	// NoStatusField keeps Validate from writing DomainKey-Status.
	NoStatusField bool
}

// Verify gives the status of a message: Good if one of its signatures is good,
// else that of the topmost, Unsigned if there is none. The error is one of
// reading the message or of ctx, or dkimsig.KeyQueryFailed if DNS gave no
// answer.
func (v *Verifier) Verify(ctx context.Context, m *message.Message) (Status, error) {
	sigs, err := v.Examine(ctx, m)
	if err != nil || len(sigs) == 0 {
		return Unsigned, err
	}
	for _, s := range sigs {
		if s.Status == Good {
			return Good, nil
		}
	}
	if errors.Is(sigs[0].Err, dkimsig.KeyQueryFailed) {
		return Unsigned, fmt.Errorf("domainkeys: %s/%s: %w", sigs[0].Domain, sigs[0].Selector, sigs[0].Err)
	}
	return sigs[0].Status, nil
}

// Validate is Verify as a check of a callout, such as validate_data. It keeps
// the status in the message variable dk_status and writes it at the top of the
// message as DomainKey-Status: good, bad, or error for a failure of DNS. Such
// fields that are there already are removed. For a message without a
// signature nothing is set.
func (v *Verifier) Validate(ctx context.Context, _ *vctx.Context, m *message.Message) error {
	if m == nil {
		return nil
	}
	status, err := v.Verify(ctx, m)
	m.ContextDelete(message.ContextMess, statusVariable)
	if status != Unsigned {
		m.ContextSet(message.ContextMess, statusVariable, string(status))
	}
	if v.NoStatusField {
		return err
	}
	_, delErr := m.Header().Del("DomainKey-Status")
	word := status.Word()
	switch {
	case err != nil:
		word = "error"
	case status == Unsigned:
		return delErr
	}
	return errors.Join(err, delErr, m.Header().Prepend("DomainKey-Status", word))
}

// Examine gives the signatures of a message, top to bottom, and what is known
// of each. The error is one of reading the message or of ctx.
func (v *Verifier) Examine(ctx context.Context, m *message.Message) ([]*Signature, error) {
	if err := m.Err(); err != nil {
		return nil, fmt.Errorf("domainkeys: verifying: %w", err)
	}
	h := dkim.HeaderOf(m)
	sigs := v.parse(h)
	if len(sigs) == 0 {
		return nil, nil
	}
	from := senderOf(m, h)
	var wg sync.WaitGroup
	for _, s := range sigs {
		if from == nil {
			s.fail(Bad, ErrDomain)
			continue
		}
		if s.checkSender(from); s.Err == nil {
			wg.Go(func() {
				key, err := v.Keys.Key(ctx, s.Selector, s.Domain)
				s.useKey(key, err, from)
			})
		}
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("domainkeys: verifying: %w", err)
	}
	if err := check(m, sigs); err != nil {
		return nil, fmt.Errorf("domainkeys: verifying: %w", err)
	}
	return sigs, nil
}

func (v *Verifier) parse(h dkimsig.Header) []*Signature {
	most := v.MaxSignatures
	if most == 0 {
		most = 5
	}
	var sigs []*Signature
	for i := 0; i < len(h) && len(sigs) < most; i++ {
		if strings.EqualFold(h[i].Name, signatureName) {
			sigs = append(sigs, parse(h[i], h[i+1:]))
		}
	}
	return sigs
}

// check compares the signatures that are still open; the body is read once.
func check(m *message.Message, sigs []*Signature) error {
	var open []*Signature
	var writers []io.Writer
	for _, s := range sigs {
		if s.Err == nil {
			open = append(open, s)
			writers = append(writers, s.begin())
		}
	}
	if len(open) == 0 {
		return nil
	}
	if err := copyBody(io.MultiWriter(writers...), m); err != nil {
		return err
	}
	for _, s := range open {
		if err := s.finish(); err != nil {
			return err
		}
	}
	return nil
}

var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// copyBody writes the body of m to w in pieces.
func copyBody(w io.Writer, m *message.Message) error {
	buf := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buf)
	_, err := io.CopyBuffer(w, struct{ io.Reader }{m.Body()}, buf[:])
	return err
}
