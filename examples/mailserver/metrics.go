package main

import "github.com/prometheus/client_golang/prometheus"

// metrics count what the server does; those of policies are apart.
type metrics struct {
	sessions prometheus.Counter
	messages *prometheus.CounterVec
}

func newMetrics() *metrics {
	return &metrics{
		sessions: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "mailserver_sessions_total", Help: "SMTP connections accepted.",
		}),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mailserver_messages_total", Help: "Messages received to their end, by what was decided.",
		}, []string{"action"}),
	}
}

// message counts a message: action is accept, reject, defer, discard,
// disconnect, or error if none was decided.
func (m *metrics) message(action string) { m.messages.WithLabelValues(action).Inc() }

// collectors gives the server's metrics.
func (s *server) collectors() []prometheus.Collector {
	list := []prometheus.Collector{s.metrics.sessions, s.metrics.messages, prometheus.NewGaugeFunc(
		prometheus.GaugeOpts{Name: "mailserver_sessions_open", Help: "SMTP connections that are open."},
		func() float64 { return float64(s.sessions.count()) },
	)}
	if s.out != nil {
		list = append(list, prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Name: "mailserver_queue_messages", Help: "Messages in the queue."},
			func() float64 {
				n, err := s.out.queue.Len()
				if err != nil {
					return -1
				}
				return float64(n)
			},
		))
	}
	return list
}
