package promexport_test

import (
	"fmt"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/gomsys/gomsys/counter"
	"github.com/gomsys/gomsys/counter/promexport"
)

// gather lists the samples as "name{label=value} number".
func gather(t testing.TB, c prometheus.Collector) (out []string) {
	t.Helper()
	reg := prometheus.NewPedanticRegistry()
	if err := reg.Register(c); err != nil {
		t.Fatal(err)
	}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.Metric {
			out = append(out, fmt.Sprintf("%s{%s=%s} %v", f.GetName(), m.Label[0].GetName(), m.Label[0].GetValue(), m.Untyped.GetValue()))
		}
	}
	sort.Strings(out)
	return out
}

func TestCollector(t *testing.T) {
	reg := counter.New(nil)
	for path, n := range map[string]int64{"/site/a": 3, "/site/b\xff": -1, "/other": 9} {
		c, err := reg.Open(path, counter.Relaxed)
		if err != nil {
			t.Fatal(err)
		}
		c.Add(n)
	}
	want := []string{"x{path=/site/a} 3", "x{path=/site/b%FF} -1"}
	if diff := cmp.Diff(want, gather(t, promexport.New(reg, &promexport.Options{Name: "x", Prefix: "/site/"}))); diff != "" {
		t.Error(diff)
	}
	if got := len(gather(t, promexport.New(reg, nil))); got != 3 {
		t.Errorf("%d samples, want 3", got)
	}
}

func Example() {
	reg := counter.New(nil)
	if sent, err := reg.Open("/site/sent", counter.Strict); err == nil {
		sent.Add(2)
	}
	prom := prometheus.NewRegistry()
	prom.MustRegister(promexport.New(reg, nil))
	families, err := prom.Gather()
	fmt.Println(families[0].GetName(), families[0].Metric[0].Untyped.GetValue(), err)
	// Output: msys_counter 2 <nil>
}

func BenchmarkInc(b *testing.B) {
	strict, err := counter.New(nil).Open("/a", counter.Strict)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("strict", func(b *testing.B) {
		for range b.N {
			strict.Add(1)
		}
	})
	b.Run("peer=prometheus", func(b *testing.B) {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: "c"})
		for range b.N {
			c.Inc()
		}
	})
}
