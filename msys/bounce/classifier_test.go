package bounce

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

// files opens rule files from a map.
type files map[string]string

func (f files) open(name string) (io.ReadCloser, error) {
	text, ok := f[name]
	if !ok {
		return nil, errors.New("no such file")
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

// logged collects log messages.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, nil))
}

func TestClassTable(t *testing.T) {
	c := newClassifier(t, &Options{CustomClasses: map[int]string{99: "profanity", 2: "second"}})
	class, ok := c.Class(99)
	if want := (Class{99, "BC_CUSTOM_99", "profanity", CategoryCustom}); !ok || class != want {
		t.Errorf("class 99: %v, %v", class, ok)
	}
	if class, ok := c.Class(3); ok {
		t.Errorf("class 3: %v", class)
	}
	for _, code := range []int{1, 10, 40, 100, 0, -5, 101} {
		if _, err := New(&Options{CustomClasses: map[int]string{code: "x"}}); err == nil {
			t.Errorf("custom class %d is accepted", code)
		}
	}
	if n := len(Classes()); n != 20 {
		t.Errorf("%d built-in classes", n)
	}
}

func TestOverrides(t *testing.T) {
	var log logged
	f := files{
		"user": "# comment\n\n,99,bad|word\nx.org,10,zzz\r\n*.sub.example,22,ZZZ  top\n,52,a,b\nx.org,99,twice\n,50,twice\n" +
			",98,no such class\n,,no code\n,10\n,10,\n,10,||\nno comma\nx.org,x,bad code\n",
		"system": ",24,bad word\n,23,from system\n",
	}
	c := newClassifier(t, &Options{
		UserSMTP: "user", SystemSMTP: "system", CustomClasses: map[int]string{99: "profanity"},
		Open: f.open, Logger: log.logger(),
	})
	tests := []struct {
		text, domain string
		code         int
		rule         string
	}{
		{"a BAD big word", "", 99, "user rule ,99,bad|word"},
		{"a BAD big word", "y.org", 99, "user rule ,99,bad|word"},
		{"badword", "", 99, "user rule ,99,bad|word"},
		{"word bad", "", 1, ""},
		{"550 zzz", "X.ORG", 10, "user rule x.org,10,zzz"},
		{"550 zzz", "x.org.", 10, "user rule x.org,10,zzz"},
		{"450 zzz", "x.org", 10, "user rule x.org,10,zzz"},
		{"550 zzz", "y.org", 1, ""},
		{"550 zzz", "sub.x.org", 1, ""},
		{"550 zzz\r\n\t top", "a.sub.example", 22, "user rule *.sub.example,22,ZZZ  top"},
		{"550 zzz top", "sub.example", 1, ""},
		{"550 A,B", "", 52, "user rule ,52,a,b"},
		{"twice", "x.org", 99, "user rule x.org,99,twice"},
		{"twice", "", 50, "user rule ,50,twice"},
		{"from system", "", 23, "system rule ,23,from system"},
		{"550 [internal] from system", "", 23, "system rule ,23,from system"},
		{"550 5.1.1 no such user", "x.org", 10, "built-in rule no such user"},
		{"550 5.1.9 yyy", "", 40, "enhanced status code 5.1.9"},
		{"450 yyy", "", 70, "reply code 450"},
	}
	for _, tt := range tests {
		class, rule := c.Explain(tt.text, tt.domain)
		if class.Code != tt.code || rule != tt.rule {
			t.Errorf("Explain(%q, %q) = %s, %q; want %d, %q", tt.text, tt.domain, class, rule, tt.code, tt.rule)
		}
	}
	for _, line := range []string{"line=9 reason=\"unknown code\"", "line=10 reason=\"no code\"", "line=11 reason=\"empty rule\"", "line=12 reason=\"empty rule\"",
		"line=13 reason=\"empty rule\"", "line=14 reason=\"no code\"", "line=15 reason=\"no code\""} {
		if !strings.Contains(log.text.String(), line) {
			t.Errorf("no warning for %s in\n%s", line, log.text.String())
		}
	}
	if n := strings.Count(log.text.String(), "rule skipped"); n != 7 {
		t.Errorf("%d warnings", n)
	}
}

func TestNoSystemRules(t *testing.T) {
	c := newClassifier(t, &Options{SystemSMTP: "gone", SystemMDN: "gone", NoSystemRules: true})
	if class := c.ClassifyText("550 zzz", ""); class.Code != Undetermined {
		t.Error(class)
	}
	if _, err := New(&Options{SystemSMTP: "gone", Open: files{}.open}); err == nil {
		t.Error("a missing file is no error")
	}
	broken := func(string) (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(errors.New("disk"))), nil }
	if _, err := New(&Options{UserMDN: "x", Open: broken}); err == nil || !strings.Contains(err.Error(), "disk") {
		t.Errorf("error = %v", err)
	}
}

func TestReload(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	var log logged
	f := files{"user": ",10,zzz\n"}
	c := newClassifier(t, &Options{UserSMTP: "user", Open: f.open, Logger: log.logger(), Now: func() time.Time { return now }})
	check := func(want int) {
		t.Helper()
		if class := c.ClassifyText("550 zzz", ""); class.Code != want {
			t.Errorf("class %s, want %d", class, want)
		}
	}
	check(10)
	f["user"] = ",22,zzz\n"
	check(10)
	now = now.Add(299 * time.Second)
	check(10)
	now = now.Add(time.Second)
	check(22)
	delete(f, "user")
	now = now.Add(time.Hour)
	check(22)
	if !strings.Contains(log.text.String(), "kept as they were") {
		t.Errorf("log: %s", log.text.String())
	}
	if err := c.Reload(context.Background()); err == nil {
		t.Error("Reload without file gives no error")
	}
	check(22)
	f["user"] = ",24,zzz\n"
	if err := c.Reload(context.Background()); err != nil {
		t.Fatal(err)
	}
	check(24)
}

// rows is a source with one table.
type rows struct {
	datasource, query string
	rows              [][]string
	err               error
}

func (r *rows) Rows(_ context.Context, datasource, query string) ([][]string, error) {
	r.datasource, r.query = datasource, query
	return r.rows, r.err
}

func TestDatasource(t *testing.T) {
	var log logged
	src := &rows{rows: [][]string{{"x.org", "10", "zzz"}, {"", "22", "full|up"}, {"", "x"}, {}, {"", "33", "y"}}}
	o := &Options{UserSMTP: ":datasource:db:SELECT a, b, c FROM t WHERE x = ':'", Source: src, Logger: log.logger()}
	c := newClassifier(t, o)
	if src.datasource != "db" || src.query != "SELECT a, b, c FROM t WHERE x = ':'" {
		t.Errorf("asked %q for %q", src.datasource, src.query)
	}
	if class := c.ClassifyText("zzz", "x.org"); class.Code != 10 {
		t.Error(class)
	}
	if class := c.ClassifyText("full of it, up", ""); class.Code != 22 {
		t.Error(class)
	}
	if n := strings.Count(log.text.String(), "rule skipped"); n != 3 {
		t.Errorf("%d warnings", n)
	}
	for _, o := range []*Options{
		{UserSMTP: ":datasource:db:SELECT 1"},
		{UserSMTP: ":datasource:db:", Source: src},
		{UserSMTP: ":datasource:db", Source: src},
		{UserMDN: ":datasource:db:SELECT 1", Source: &rows{err: errors.New("down")}},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}

func TestCache(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	c := newCache(4)
	for i := range 10 {
		c.put(cacheKey{'s', string(rune('a' + i)), ""}, verdict{code: i}, now.Add(time.Minute))
	}
	if v, ok := c.get(cacheKey{'s', "j", ""}, now); !ok || v.code != 9 {
		t.Errorf("the latest result is forgotten: %v", v)
	}
	if _, ok := c.get(cacheKey{'s', "a", ""}, now); ok {
		t.Error("the first result is still there")
	}
	if n := len(c.young) + len(c.old); n > 4 {
		t.Errorf("%d results", n)
	}
	if _, ok := c.get(cacheKey{'s', "j", ""}, now.Add(time.Minute)); ok {
		t.Error("a result outlives its time")
	}
	if _, ok := c.get(cacheKey{'m', "j", ""}, now); ok {
		t.Error("kinds are mixed up")
	}
	long := cacheKey{'s', strings.Repeat("x", maxCachedText+1), ""}
	c.put(long, verdict{}, now.Add(time.Minute))
	if _, ok := c.get(long, now); ok {
		t.Error("a long text is kept")
	}
	none := newCache(-1)
	none.put(cacheKey{}, verdict{}, now)
	none.clear()
	if _, ok := none.get(cacheKey{}, now); ok {
		t.Error("no cache gives a result")
	}
}

// TestConcurrent classifies while rules are read again.
func TestConcurrent(t *testing.T) {
	f := files{"user": ",22,zzz\n"}
	c := newClassifier(t, &Options{UserSMTP: "user", Open: f.open, Refresh: time.Nanosecond, CacheSize: 10})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 300 {
				if class := c.ClassifyText("550 zzz", "x.org"); class.Code != 22 {
					t.Error(class)
				}
				if class := c.ClassifyText("550 user unknown", ""); class.Code != 10 {
					t.Error(class)
				}
			}
		})
	}
	wg.Wait()
}
