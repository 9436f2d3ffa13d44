package pcre

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestStepLimit(t *testing.T) {
	subject := []byte(strings.Repeat("a", 40) + "!")
	for _, p := range []string{
		`^(a+)+\1$`,
		`^(?:(?:a|aa)+)(?1)?(b)$`,
		`(?=(a+)+b)`,
		`(?>(a+)+b)`,
		`(x|(?:a+)+)*y\1`,
	} {
		re, err := CompileWith(p, &Options{StepLimit: 20000})
		if err != nil {
			t.Fatal(err)
		}
		loc, err := re.MatchAt(nil, subject, 0, 0)
		if loc != nil || err != nil && !errors.Is(err, ErrStepLimit) {
			t.Errorf("/%s/: %v %v", p, loc, err)
		}
		if re.Match(subject) {
			t.Errorf("/%s/: Match reports a match", p)
		}
	}
	re, _ := CompileWith(`^(a+)+\1$`, &Options{StepLimit: 20000})
	if _, err := re.MatchAt(nil, subject, 0, 0); !errors.Is(err, ErrStepLimit) {
		t.Errorf("got %v, want ErrStepLimit", err)
	}
	if _, err := re.Fields(context.Background(), subject, -1); !errors.Is(err, ErrStepLimit) {
		t.Errorf("Fields: got %v, want ErrStepLimit", err)
	}
	it := re.Iter(context.Background(), subject)
	if it.Next() || !errors.Is(it.Err(), ErrStepLimit) {
		t.Errorf("Iter: got %v, want ErrStepLimit", it.Err())
	}
	limited := MustCompile(`(*LIMIT_MATCH=100)^(a+)+\1$`)
	if _, err := limited.MatchAt(nil, subject, 0, 0); !errors.Is(err, ErrStepLimit) {
		t.Errorf("(*LIMIT_MATCH): got %v, want ErrStepLimit", err)
	}
}

// TestHardPatterns shows that what used to hang a backtracking engine does not,
// either because the pattern is regular or because failures are remembered.
func TestHardPatterns(t *testing.T) {
	subject := []byte(strings.Repeat("a", 5000) + "!")
	for _, p := range []string{
		`(a+)+$`, `(a*)*$`, `(?:a|aa)+$`, `^(a|a?)+$`, `(.*)*x`, `(?:(?:a*)*)*b`,
		`^(?=.*!)(?:a|aa)+$`, `(?!b)(?:a|aa)+$`, `(?>!)?(?:a|a)*b`,
	} {
		re, err := CompileWith(p, &Options{StepLimit: 2_000_000})
		if err != nil {
			t.Fatal(err)
		}
		loc, err := re.MatchAt(nil, subject, 0, 0)
		if err != nil {
			t.Errorf("/%s/: %v %v", p, loc, err)
		}
	}
}

func TestMemoryLimit(t *testing.T) {
	re, err := CompileWith(`(?:(a)|\1b)*c`, &Options{MemoryLimit: 10000})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.MatchAt(nil, []byte(strings.Repeat("a", 100000)+"xc"), 0, 0); !errors.Is(err, ErrMemoryLimit) {
		t.Errorf("got %v, want ErrMemoryLimit", err)
	}
}

func TestRecursion(t *testing.T) {
	for _, p := range []string{`(?R)`, `(a|(?1)b)`, `(?1)(?2)((?2))((?1))`} {
		re := MustCompile(p)
		if _, err := re.MatchAt(nil, []byte("b"), 0, 0); !errors.Is(err, ErrRecursionLoop) {
			t.Errorf("/%s/: got %v, want ErrRecursionLoop", p, err)
		}
	}
	deep := MustCompile(`\((?R)?\)`)
	nested := strings.Repeat("(", 20000) + strings.Repeat(")", 20000)
	if loc, err := deep.MatchAt(nil, []byte(nested), 0, 0); err != nil || len(loc) != 2 || loc[1] != 40000 {
		t.Errorf("deep recursion: %v %v", loc, err)
	}
	atomic, _ := CompileWith(`^(a|ab|x(?1)c)$`, &Options{AtomicRecursion: true})
	if atomic.MatchString("xabc") {
		t.Error("an atomic call was backtracked into")
	}
	if !MustCompile(`^(a|ab|x(?1)c)$`).MatchString("xabc") {
		t.Error("a call was not backtracked into")
	}
}

func TestContext(t *testing.T) {
	re, _ := CompileWith(`^(a+)+\1$`, &Options{StepLimit: -1})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	subject := []byte(strings.Repeat("a", 60) + "!")
	if _, err := re.MatchContext(ctx, nil, subject, 0, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want DeadlineExceeded", err)
	}
}

func TestBadOffset(t *testing.T) {
	for _, start := range []int{-1, 2} {
		if _, err := MustCompile("a").MatchAt(nil, []byte("a"), start, 0); !errors.Is(err, ErrBadOffset) {
			t.Errorf("%d: %v", start, err)
		}
	}
}

// TestNestedRepeats shows that counted repeats do not multiply into memory.
func TestNestedRepeats(t *testing.T) {
	for _, p := range []string{`((((a{50}){50}){50}){50})`, `(?:(?:(?:a|b){60000}){60000}){60000}`, `(?:a?){65535}(?:b?){65535}`, `(?:(?:x?){1000}){1000}`} {
		re, err := Compile(p)
		if err != nil {
			t.Errorf("/%s/: %v", p, err)
			continue
		}
		if _, err := re.MatchAt(nil, []byte("aab"), 0, 0); err != nil && !errors.Is(err, ErrStepLimit) {
			t.Errorf("/%s/: %v", p, err)
		}
	}
}

// TestCacheOverflow makes an automaton with more states than the cache holds.
func TestCacheOverflow(t *testing.T) {
	body := make([]byte, 300000)
	x := uint32(1)
	for i := range body {
		x = x*1664525 + 1013904223
		body[i] = 'a' + byte(x>>31)
	}
	body = append(body, "aaaaaaaaaaaaaaaaaaaac"...)
	re := MustCompile(`a[ab]{18}c`)
	want := []int{len(body) - 20, len(body)}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range 2 {
				if got := re.FindIndex(body); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
					t.Errorf("got %v, want %v", got, want)
				}
			}
		})
	}
	wg.Wait()
}

func TestConcurrentUse(t *testing.T) {
	body := mailBody(1 << 14)
	var wg sync.WaitGroup
	for _, p := range mailPatterns {
		re := MustCompile(p.pattern)
		want := len(MustCompile(p.pattern).FindAllIndex(body, -1))
		for range 4 {
			wg.Go(func() {
				if got := len(re.FindAllIndex(body, -1)); got != want {
					t.Errorf("%s: %d matches, want %d", p.name, got, want)
				}
			})
		}
	}
	wg.Wait()
}

// A pattern whose automaton fits, but not with its captures or backwards.
func TestTooManyCaptures(t *testing.T) {
	subject := []byte(strings.Repeat("0", 8000))
	re := MustCompile("(0){7000}")
	for range warmUses + 2 {
		loc, err := re.MatchAt(nil, subject, 0, 0)
		if err != nil || !cmp.Equal(loc, []int{0, 7000, 6999, 7000}) {
			t.Fatal(loc, err)
		}
	}
	if loc, err := MustCompile("(()){7000}x").MatchAt(nil, []byte("0x"), 0, 0); err != nil || !cmp.Equal(loc, []int{1, 2, 1, 1, 1, 1}) {
		t.Error(loc, err)
	}
	if re.Match(subject[:100]) {
		t.Error("too short a subject matches")
	}
}
