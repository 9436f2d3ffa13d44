package memo_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/gomsys/gomsys/internal/memo"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// constant answers v for ttl and counts the questions.
func constant(v string, ttl time.Duration, asked *int) func(context.Context) (string, time.Duration, error) {
	return func(context.Context) (string, time.Duration, error) { *asked++; return v, ttl, nil }
}

func TestTimeAndRoom(t *testing.T) {
	now := time.Unix(1000, 0)
	c := memo.New[string, string](2, func() time.Time { return now })
	asked := 0
	do := func(key string, ttl time.Duration) {
		t.Helper()
		if v, err := c.Do(t.Context(), key, constant(key, ttl, &asked)); v != key || err != nil {
			t.Fatalf("%q, %v", v, err)
		}
	}
	do("a", time.Minute)
	do("a", time.Minute) // a hit
	do("b", time.Minute)
	do("c", time.Minute) // drops a
	if _, ok := c.Get("a"); ok {
		t.Error("a is still there")
	}
	if v, ok := c.Get("b"); !ok || v != "b" {
		t.Error("b is lost")
	}
	do("a", 0) // is not kept
	now = now.Add(time.Minute)
	if _, ok := c.Get("b"); ok {
		t.Error("b outlived its time")
	}
	if n := c.Flush(); n != 1 {
		t.Errorf("flushed %d, want c", n)
	}
	want := memo.Stats{Hits: 2, Misses: 4, Inserts: 3, Flushed: 1, Expired: 1, Evicted: 1}
	if diff := cmp.Diff(want, c.Stats()); diff != "" || asked != 4 {
		t.Error(asked, diff)
	}
}

func TestFailuresAreNotKept(t *testing.T) {
	c := memo.New[int, string](10, nil)
	boom := errors.New("boom")
	for _, ask := range []func(context.Context) (string, time.Duration, error){
		func(context.Context) (string, time.Duration, error) { return "", time.Hour, boom },
		func(context.Context) (string, time.Duration, error) { panic("boom") },
	} {
		if _, err := c.Do(t.Context(), 1, ask); err == nil {
			t.Error("no error")
		}
	}
	if s := c.Stats(); s.Entries != 0 || s.Misses != 2 {
		t.Errorf("%+v", s)
	}
}

func TestMerge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := memo.New[string, int](10, nil)
		const callers = 50
		asked := 0
		for range callers {
			go func() {
				v, err := c.Do(t.Context(), "k", func(context.Context) (int, time.Duration, error) {
					asked++
					time.Sleep(time.Second)
					return 7, time.Hour, nil
				})
				if v != 7 || err != nil {
					t.Error(v, err)
				}
			}()
		}
		synctest.Wait()
		if s := c.Stats(); s.Misses != 1 || s.Joined != callers-1 {
			t.Errorf("%+v", s)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if asked != 1 {
			t.Errorf("asked %d times", asked)
		}
	})
}

// TestEndedContext has each answer come at once: without a look at the context
// first, every second call would win against it.
func TestEndedContext(t *testing.T) {
	c := memo.New[int, string](200, nil)
	ended, end := context.WithCancel(t.Context())
	asked := 0
	ask := constant("v", time.Hour, &asked)
	if _, err := c.Do(t.Context(), 0, ask); err != nil {
		t.Fatal(err)
	}
	end()
	if v, err := c.Do(ended, 0, ask); v != "v" || err != nil {
		t.Errorf("what is remembered: %q, %v", v, err)
	}
	for key := 1; key <= 100; key++ {
		if _, err := c.Do(ended, key, ask); !errors.Is(err, context.Canceled) {
			t.Errorf("%d: %v", key, err)
		}
	}
	if s := c.Stats(); asked != 1 || s.Misses != 1 || s.Entries != 1 {
		t.Errorf("asked %d times, %+v", asked, s)
	}
}

func TestWaiterLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := memo.New[string, int](10, nil)
		type key struct{}
		ended := false
		ask := func(ctx context.Context) (int, time.Duration, error) {
			if ctx.Value(key{}) != "v" {
				t.Error("the context's values are lost")
			}
			<-ctx.Done()
			ended = true
			return 0, 0, ctx.Err()
		}
		first, leaveFirst := context.WithCancel(context.WithValue(t.Context(), key{}, "v"))
		second, leaveSecond := context.WithCancel(t.Context())
		wait := func(ctx context.Context) {
			if _, err := c.Do(ctx, "k", ask); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
		go wait(first)
		synctest.Wait()
		go wait(second)
		synctest.Wait()
		leaveFirst()
		synctest.Wait()
		if ended {
			t.Error("ended although one still waits")
		}
		leaveSecond()
		synctest.Wait()
		if !ended {
			t.Error("goes on although nobody waits")
		}
		asked := 0
		v, err := c.Do(t.Context(), "k", func(context.Context) (int, time.Duration, error) { asked++; return 2, time.Hour, nil })
		if v != 2 || err != nil || asked != 1 {
			t.Error(v, err, asked)
		}
	})
}

func TestFlushMeansAlsoWhatIsOnItsWay(t *testing.T) {
	c := memo.New[string, int](10, nil)
	v, err := c.Do(t.Context(), "k", func(context.Context) (int, time.Duration, error) {
		c.Flush()
		return 1, time.Hour, nil
	})
	if v != 1 || err != nil {
		t.Error(v, err)
	}
	if _, ok := c.Get("k"); ok {
		t.Error("an answer from before the flush is remembered")
	}
}

func BenchmarkGet(b *testing.B) {
	c := memo.New[string, int](1000, nil)
	c.Do(b.Context(), "k", func(context.Context) (int, time.Duration, error) { return 1, time.Hour, nil })
	b.ReportAllocs()
	for b.Loop() {
		c.Get("k")
	}
}

func Example() {
	c := memo.New[string, int](1000, nil)
	length := func(key string) (int, error) {
		return c.Do(context.Background(), key, func(context.Context) (int, time.Duration, error) {
			fmt.Println("asking about", key)
			return len(key), time.Minute, nil
		})
	}
	length("word")
	fmt.Println(length("word"))
	// Output:
	// asking about word
	// 4 <nil>
}
