// Package promexport exports the counters of a counter.Registry to
// Prometheus. It stands apart from package counter so that only programs that
// want it depend on the Prometheus client.
//
//	prometheus.MustRegister(promexport.New(reg, nil))
//
// All counters are one metric, "msys_counter", with the label "path". Its
// type is untyped, because counters may go down and be reset.
package promexport

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/gomsys/gomsys/counter"
)

// Options are the settings of a collector; nil works.
type Options struct {
	// Name is the metric's name. If empty, "msys_counter".
	Name string
	// Prefix selects the counters whose paths begin with it. If empty, all.
	Prefix string
	// ConstLabels are labels that every sample gets. If nil, none.
	ConstLabels prometheus.Labels
}

// Collector is a prometheus.Collector over a registry. It may be used
// concurrently.
type Collector struct {
	reg    *counter.Registry
	prefix string
	desc   *prometheus.Desc
}

var _ prometheus.Collector = (*Collector)(nil)

// New makes a collector of the counters in reg.
func New(reg *counter.Registry, o *Options) *Collector {
	if o == nil {
		o = &Options{}
	}
	name := o.Name
	if name == "" {
		name = "msys_counter"
	}
	return &Collector{
		reg:    reg,
		prefix: o.Prefix,
		desc:   prometheus.NewDesc(name, "Policy counters by path.", []string{"path"}, o.ConstLabels),
	}
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) { ch <- c.desc }

// Collect implements prometheus.Collector.
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	for info := range c.reg.All(c.prefix) {
		m, err := prometheus.NewConstMetric(c.desc, prometheus.UntypedValue, float64(info.Value), label(info.Path))
		if err != nil {
			m = prometheus.NewInvalidMetric(c.desc, err)
		}
		ch <- m
	}
}

// label gives path as a label value: Prometheus wants UTF-8, paths are bytes,
// so other bytes are written as %XX.
func label(path string) string {
	if utf8.ValidString(path) {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(path); {
		r, n := utf8.DecodeRuneInString(path[i:])
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, "%%%02X", path[i])
		} else {
			b.WriteString(path[i : i+n])
		}
		i += n
	}
	return b.String()
}
