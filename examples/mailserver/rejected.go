package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"

	"github.com/gomsys/gomsys/msys"
	policyoutbound "github.com/gomsys/gomsys/msys/modules/outbound"
	"github.com/gomsys/gomsys/msys/rfc3464"
)

// rejections tells senders about recipients that policy rejects after the data
// while it accepts others: the one reply to the data says that the mail is
// taken, so that a notification must say the rest.
type rejections struct {
	silent bool // no notifications

	hostname string
	logger   *slog.Logger
	rt       *msys.Runtime
	reports  policyoutbound.Reports
}

// rejectionOptions are the flags about rejected recipients.
type rejectionOptions struct{ silent bool }

func (o *rejectionOptions) flags(fs *flag.FlagSet) {
	fs.BoolVar(&o.silent, "no-policy-bounces", false, "do not tell the sender about recipients that policy rejects after the data while it accepts others")
}

// dsn gives the options of the notifications that scripts send.
func (r *rejections) dsn() *rfc3464.Options {
	return &rfc3464.Options{Hostname: r.hostname, Hooks: &r.reports}
}

// use sets the runtime whose scripts are asked.
func (r *rejections) use(rt *msys.Runtime) {
	r.rt = rt
	r.reports.Use(rt)
}

// notify sends the notifications about the copies that were rejected. After an
// error the mail must not be accepted.
func (r *rejections) notify(ctx context.Context, copies []*msys.Message) error {
	for _, m := range copies {
		if m.Verdict.OK() {
			continue
		}
		if err := r.notifyOne(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (r *rejections) notifyOne(ctx context.Context, m *msys.Message) error {
	if _, err := m.SetCode(m.Verdict.Code, m.Verdict.Text); err != nil {
		return err
	}
	wanted, err := r.rt.GenerateBounces(ctx, m.Message, !r.silent)
	if err != nil {
		return err
	}
	if wanted {
		err = rfc3464.Send(ctx, m.Message, rfc3464.Failed, r.dsn())
	}
	for _, none := range []error{rfc3464.ErrNullSender, rfc3464.ErrLoop, rfc3464.ErrNotWanted, rfc3464.ErrSuppressed} {
		if errors.Is(err, none) {
			wanted, err = false, nil
		}
	}
	if err == nil {
		r.logger.Info("recipient rejected", "message", m.ID(), "to", m.Recipient(), "code", m.Verdict.Code, "notified", wanted)
	}
	return err
}
