package promobserve_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules/promobserve"
)

func TestObserver(t *testing.T) {
	o := promobserve.New(&promobserve.Options{Buckets: []float64{0.001, 1}})
	reg := prometheus.NewPedanticRegistry()
	reg.MustRegister(o)
	call := msys.CalloutTrace{Callout: "validate_connect", Module: "demo"}
	o.CalloutStart(call)
	o.CalloutStart(call)
	call.Duration, call.Calls = 10*time.Millisecond, 3
	o.CalloutEnd(call)
	call.Duration, call.Error = 2*time.Second, "demo.lua:1: oops"
	o.CalloutEnd(call)
	o.CalloutStart(call)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.Metric {
			if h := m.GetHistogram(); h != nil {
				got["sum"], got["count"], got["below 1 s"] = h.GetSampleSum(), float64(h.GetSampleCount()), float64(h.Bucket[1].GetCumulativeCount())
				continue
			}
			got[f.GetName()] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	want := map[string]float64{
		"msys_callout_calls_total": 6, "msys_callout_errors_total": 1, "msys_callouts_running": 1, "sum": 2.01, "count": 2, "below 1 s": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func ExampleNew() {
	o := promobserve.New(nil)
	reg := prometheus.NewRegistry()
	reg.MustRegister(o)
	rt, err := msys.New(msys.Config{Observer: o})
	fmt.Println(err)
	rt.Close()
	// Output: <nil>
}
