// Package promobserve counts callouts for Prometheus: how many ran, how long
// they took, how many failed, and how many run now. It stands apart so that
// only programs that want it depend on the Prometheus client.
//
//	o := promobserve.New(nil)
//	prometheus.MustRegister(o)
//	rt, err := msys.New(msys.Config{Observer: o})
package promobserve

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/gomsys/gomsys/msys"
)

// Options are the settings of an observer; nil works.
type Options struct {
	// Namespace begins the names of the metrics. If empty, "msys".
	Namespace string
	// Buckets are those of the histogram of durations, in seconds. If nil,
	// from 10 µs to 10 s.
	Buckets []float64
	// ConstLabels are labels that every sample gets. If nil, none.
	ConstLabels prometheus.Labels
}

// Observer is an msys.Observer and a prometheus.Collector. It may be used
// concurrently and by several runtimes.
//
// Its metrics have the labels callout and module: msys_callout_seconds is a
// histogram of durations with waiting included, msys_callout_errors_total
// counts exceptions of scripts, msys_callout_calls_total calls of library
// functions, msys_callouts_running is the number that run or wait now.
type Observer struct {
	seconds *prometheus.HistogramVec
	errors  *prometheus.CounterVec
	calls   *prometheus.CounterVec
	running prometheus.Gauge
}

var (
	_ msys.Observer        = (*Observer)(nil)
	_ prometheus.Collector = (*Observer)(nil)
)

// New makes an observer.
func New(o *Options) *Observer {
	if o == nil {
		o = &Options{}
	}
	namespace, buckets := o.Namespace, o.Buckets
	if namespace == "" {
		namespace = "msys"
	}
	if buckets == nil {
		buckets = prometheus.ExponentialBuckets(10e-6, 4, 11)
	}
	labels := []string{"callout", "module"}
	counter := func(name, help string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help, ConstLabels: o.ConstLabels}, labels)
	}
	return &Observer{
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "callout_seconds", Help: "Duration of callouts, waiting included.",
			Buckets: buckets, ConstLabels: o.ConstLabels,
		}, labels),
		errors: counter("callout_errors_total", "Callouts that ended with an exception."),
		calls:  counter("callout_calls_total", "Library functions that callouts called."),
		running: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "callouts_running", Help: "Callouts that run or wait.", ConstLabels: o.ConstLabels,
		}),
	}
}

// CalloutStart implements msys.Observer.
func (o *Observer) CalloutStart(msys.CalloutTrace) { o.running.Inc() }

// CalloutEnd implements msys.Observer.
func (o *Observer) CalloutEnd(t msys.CalloutTrace) {
	o.running.Dec()
	o.seconds.WithLabelValues(t.Callout, t.Module).Observe(t.Duration.Seconds())
	o.calls.WithLabelValues(t.Callout, t.Module).Add(float64(t.Calls))
	if t.Error != "" {
		o.errors.WithLabelValues(t.Callout, t.Module).Inc()
	}
}

// Describe implements prometheus.Collector.
func (o *Observer) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range o.collectors() {
		c.Describe(ch)
	}
}

// Collect implements prometheus.Collector.
func (o *Observer) Collect(ch chan<- prometheus.Metric) {
	for _, c := range o.collectors() {
		c.Collect(ch)
	}
}

func (o *Observer) collectors() []prometheus.Collector {
	return []prometheus.Collector{o.seconds, o.errors, o.calls, o.running}
}
