package adaptive_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/delivery"
)

func configured(option string, s adaptive.Setting) adaptive.RuleSet {
	return adaptive.RuleSet{"d": {Configuration: map[string]adaptive.Setting{option: s}}}
}

func TestValue(t *testing.T) {
	k := delivery.Key{Binding: "b", Domain: "d"}
	const limit = adaptive.MaxOutboundConnections
	tests := []struct {
		name    string
		option  string
		host    int64 // -1: not set
		setting *adaptive.Setting
		bounds  [2]int64 // 0,0: none
		want    int64    // -1: not set
	}{
		{"nothing set", limit, -1, nil, [2]int64{}, -1},
		{"host's", limit, 32, nil, [2]int64{}, 32},
		{"fixed", limit, 32, ptr(adaptive.Fixed(7)), [2]int64{}, 7},
		{"fixed without the host's", limit, -1, ptr(adaptive.Fixed(7)), [2]int64{}, 7},
		{"within", limit, 32, ptr(adaptive.Within(30, 300)), [2]int64{}, 32},
		{"raised to the range", limit, 10, ptr(adaptive.Within(30, 300)), [2]int64{}, 30},
		{"lowered to the range", limit, 900, ptr(adaptive.Within(30, 300)), [2]int64{}, 300},
		{"no limit is above the range", limit, 0, ptr(adaptive.Within(30, 300)), [2]int64{}, 300},
		{"nor is one that is not set", limit, -1, ptr(adaptive.Within(30, 300)), [2]int64{}, 300},
		{"an interval that is not set has no range", adaptive.RetryInterval, -1, ptr(adaptive.Within(30, 300)), [2]int64{}, -1},
		{"bounds come last", limit, 32, ptr(adaptive.Fixed(7)), [2]int64{20, 80}, 20},
		{"not managed", "idle_timeout", 32, ptr(adaptive.Fixed(7)), [2]int64{20, 30}, 32},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, adaptive.Options{})
			if tt.host >= 0 {
				r.options[tt.option] = tt.host
			}
			if tt.setting != nil {
				r.register(configured(tt.option, *tt.setting), adaptive.Augment)
			}
			if tt.bounds != [2]int64{} {
				r.bounds[tt.option] = tt.bounds
			}
			v, ok := r.Value(context.Background(), k, tt.option)
			if ok != (tt.want >= 0) || ok && v != tt.want {
				t.Errorf("%d, %v; want %d", v, ok, tt.want)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestComputed(t *testing.T) {
	const option = adaptive.OutboundThrottleMessages
	k := delivery.Key{Binding: "b", Domain: "d"}
	var calls []adaptive.Input
	result, failure := 0.0, error(nil)
	r := newRig(t, adaptive.Options{})
	r.options[option] = 50
	r.register(configured(option, adaptive.Computed(func(_ context.Context, in adaptive.Input) (float64, error) {
		calls = append(calls, in)
		return max(result, in.Age.Hours()/24*100), failure
	})), adaptive.Augment)
	r.Warmup("b", 48*time.Hour)
	want := func(n int64, ncalls int) {
		t.Helper()
		if got := r.value(k, option); got != n || len(calls) != ncalls {
			t.Errorf("value %d after %d calls, want %d and %d", got, len(calls), n, ncalls)
		}
	}
	want(200, 1)
	want(200, 1)
	if in := calls[0]; in.Current != 50 || in.Last != 50 || in.Age != 48*time.Hour || in.Option != option || in.Key != k {
		t.Errorf("input %+v", in)
	}
	r.Warmup("b", 0) // a new age is heeded at once
	result = 0.4
	want(1, 2)
	if calls[1].Last != 200 {
		t.Errorf("last %d", calls[1].Last)
	}
	r.clock.Advance(time.Minute)
	failure = errors.New("no idea")
	want(50, 3)
	want(50, 3)
	if n := strings.Count(r.records.String(), "no idea"); n != 1 {
		t.Errorf("%d records of the failure, want 1", n)
	}
	failure = nil
	for i, bad := range []float64{math.NaN(), math.Inf(1), -1} {
		r.clock.Advance(time.Minute)
		r.Warmup("b", 0)
		result = bad
		if bad == -1 {
			continue // max keeps it from the engine
		}
		want(50, 4+i)
	}
}

func TestComputedPanics(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	r.register(configured("max_retries", adaptive.Computed(func(context.Context, adaptive.Input) (float64, error) { panic("oh") })), adaptive.Augment)
	if v, ok := r.Value(context.Background(), delivery.Key{Domain: "d"}, "max_retries"); ok {
		t.Errorf("%d", v)
	}
}

// TestComputedOnce has many ask at once for a value that takes time.
func TestComputedOnce(t *testing.T) {
	r := newRig(t, adaptive.Options{})
	release, calls := make(chan struct{}), make(chan struct{}, 100)
	r.register(configured("max_retries", adaptive.Computed(func(context.Context, adaptive.Input) (float64, error) {
		calls <- struct{}{}
		<-release
		return 9, nil
	})), adaptive.Augment)
	k := delivery.Key{Domain: "d"}
	var wg sync.WaitGroup
	for range 10 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if v, ok := r.Value(context.Background(), k, "max_retries"); v != 9 || !ok {
				t.Errorf("%d, %v", v, ok)
			}
		}()
	}
	<-calls
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if v, ok := r.Value(ctx, k, "max_retries"); ok {
		t.Errorf("without time to wait: %d", v)
	}
	close(release)
	wg.Wait()
	if n := len(calls); n != 0 {
		t.Errorf("%d further calls", n)
	}
}

func TestForceMaxBindingAge(t *testing.T) {
	r := newRig(t, adaptive.Options{ForceMaxBindingAge: true})
	if got := r.Age("new"); got < 50*365*24*time.Hour {
		t.Errorf("age %v", got)
	}
	r = newRig(t, adaptive.Options{})
	if got := r.Age("new"); got != 0 {
		t.Errorf("age %v", got)
	}
	r.clock.Advance(time.Hour)
	if got := r.Age("new"); got != time.Hour {
		t.Errorf("age %v", got)
	}
}
