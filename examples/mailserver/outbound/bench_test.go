package outbound_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/gomsys/gomsys/examples/mailserver/outbound"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
)

// BenchmarkThroughput queues and delivers mail of 4 KB, each of it written to
// disk three times: when it comes, when it is delivered and when it is done.
func BenchmarkThroughput(b *testing.B) {
	q := openQueue(b, "", nil)
	text := make([]byte, 4096)
	for i := range text {
		text[i] = "abcdefg \r\n"[i%10]
	}
	done := make(chan struct{}, 1024)
	w, err := outbound.NewWorker(q, outbound.Options{
		Logger: slog.New(slog.DiscardHandler), Connections: 100,
		Driver: driverFunc(func(context.Context, *delivery.Conn) (delivery.Reply, error) {
			done <- struct{}{}
			return delivery.Reply{Code: 250}, nil
		}),
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	b.SetParallelism(50)
	b.ResetTimer()
	go func() {
		for range b.N {
			<-done
		}
		cancel()
	}()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m, err := message.ParseBytes(text, message.Envelope{From: "a@b.example", To: "c@d.example"}, nil)
			if err == nil {
				err = q.Put(context.Background(), m, "")
			}
			if err != nil {
				b.Error(err)
			}
		}
	})
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
}
