package outbound

import (
	"context"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
)

// Injector queues mail that scripts make of messages of the queue, after the
// callouts for such mail.
func Injector(rt *msys.Runtime, q *Queue) message.Injector { return injector{rt, q} }

type injector struct {
	rt *msys.Runtime
	q  *Queue
}

// Inject implements message.Injector.
func (i injector) Inject(ctx context.Context, m *message.Message, from string, to []string) error {
	for _, rcpt := range to {
		c, err := m.ForRecipient(rcpt)
		if err != nil {
			return err
		}
		if err := c.SetSender(from); err != nil {
			return err
		}
		res, err := i.rt.Injected(ctx, c)
		if err != nil {
			return err
		}
		for _, out := range res.Messages {
			if err := i.q.Put(ctx, out.Message, ""); err != nil {
				return err
			}
		}
	}
	return nil
}
