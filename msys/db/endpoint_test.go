package db_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/db"
)

// which makes a source of fake URIs a, b and c that tell who answered.
func which(t testing.TB, f *fake, clock db.Clock) *db.Source {
	t.Helper()
	if f.query == nil {
		f.query = func(_ context.Context, uri, _ string, _ []any, row func([]string, []any) error) error {
			return row(nil, []any{uri})
		}
	}
	reg := registry(t, &db.Options{
		Clock: clock, Drivers: map[string]db.Driver{"fake": f},
		Sources: map[string]db.Config{"f": {URI: []string{"fake:a", "FAKE:b", "fake:c"}, NoCache: true}},
	})
	s, err := reg.Source("f")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// turns asks n times and gives who answered, or "!" for a failure.
func turns(t testing.TB, s *db.Source, n int) string {
	t.Helper()
	got := ""
	for range n {
		row, ok, err := s.FetchRow(t.Context(), "q", nil, nil)
		if err != nil || !ok {
			got += "!"
			continue
		}
		got += row.At(0).(string)
	}
	return got
}

func TestURIsTakeTurns(t *testing.T) {
	if got := turns(t, which(t, &fake{}, nil), 6); got != "abcabc" {
		t.Error(got)
	}
}

func TestDeadURIIsLeftOut(t *testing.T) {
	clock := &manualClock{time.Unix(1000, 0)}
	dead := map[string]bool{"b": true}
	asked, pinged := "", ""
	f := &fake{
		ping: func(uri string) error {
			pinged += uri
			if dead[uri] {
				return errors.New("no answer")
			}
			return nil
		},
	}
	f.query = func(_ context.Context, uri, _ string, _ []any, row func([]string, []any) error) error {
		asked += uri
		if dead[uri] {
			return &db.PrepareError{Err: errors.New("no answer")}
		}
		return row(nil, []any{uri})
	}
	s := which(t, f, clock)
	if got := turns(t, s, 6); got != "accacc" || pinged != "b" {
		t.Errorf("answered: %s; asked: %s; pinged: %s", got, asked, pinged)
	}
	clock.t = clock.t.Add(6 * time.Second)
	delete(dead, "b")
	if got := turns(t, s, 3); got != "abc" {
		t.Error(got)
	}
	dead["a"], dead["b"], dead["c"] = true, true, true
	if got := turns(t, s, 3); got != "!!!" {
		t.Error(got)
	}
	clear(dead) // whoever was left out is asked all the same if nobody else is there
	if got := turns(t, s, 3); strings.Contains(got, "!") {
		t.Error(got)
	}
}

func TestURIThatCannotBeOpened(t *testing.T) {
	f := &fake{open: func(uri string) error {
		if uri == "a" {
			return errors.New("no such file")
		}
		return nil
	}}
	if got := turns(t, which(t, f, nil), 3); strings.ContainsAny(got, "!a") {
		t.Error(got)
	}
}

// TestNothingRunsTwice has a statement fail after it may have run.
func TestNothingRunsTwice(t *testing.T) {
	asked := ""
	f := &fake{
		ping: func(string) error { return errors.New("no answer") },
		query: func(_ context.Context, uri, _ string, _ []any, _ func([]string, []any) error) error {
			asked += uri
			return &net.OpError{Op: "read", Err: errors.New("connection reset")}
		},
	}
	s := which(t, f, nil)
	var e *db.Error
	if err := s.Exec(t.Context(), "insert", nil); !errors.As(err, &e) || !e.Prepared || !e.Temporary() || asked != "a" {
		t.Error(err, asked)
	}
	asked = ""
	f.query = func(_ context.Context, uri, _ string, _ []any, _ func([]string, []any) error) error {
		asked += uri
		return &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	}
	if err := s.Exec(t.Context(), "insert", nil); err == nil || len(asked) != 3 {
		t.Error(err, asked)
	}
	if err := s.Each(t.Context(), "q", nil, nil); err == nil {
		t.Error("no error")
	}
}

func TestDriverPanics(t *testing.T) {
	f := &fake{query: func(context.Context, string, string, []any, func([]string, []any) error) error { panic("boom") }}
	s := which(t, f, nil)
	if err := s.Exec(t.Context(), "q", nil); err == nil || !strings.Contains(err.Error(), "boom") {
		t.Error(err)
	}
}

func TestOneQuestionForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		f := &fake{query: func(_ context.Context, _, _ string, _ []any, row func([]string, []any) error) error {
			asked.Add(1)
			time.Sleep(time.Second)
			return row(nil, []any{"x"})
		}}
		reg, err := db.New(&db.Options{
			Drivers: map[string]db.Driver{"fake": f},
			Sources: map[string]db.Config{"f": {URI: []string{"fake:"}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer reg.Close()
		s, _ := reg.Source("f")
		for range 50 {
			go func() {
				if _, ok, err := s.FetchRow(t.Context(), "q", nil, nil); !ok || err != nil {
					t.Error(ok, err)
				}
			}()
		}
		time.Sleep(2 * time.Second)
		if n := asked.Load(); n != 1 || s.Stats().Joined != 49 {
			t.Errorf("asked %d times, %+v", n, s.Stats())
		}
	})
}

func TestPool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int64
		f := &fake{query: func(_ context.Context, _, _ string, _ []any, row func([]string, []any) error) error {
			most.Store(max(most.Load(), running.Add(1)))
			time.Sleep(time.Second)
			running.Add(-1)
			return nil
		}}
		reg, err := db.New(&db.Options{
			Drivers: map[string]db.Driver{"fake": f}, Pools: map[string]int{"few": 3},
			Sources: map[string]db.Config{
				"a": {URI: []string{"fake:"}, Pool: "few"},
				"b": {URI: []string{"fake:"}, Pool: "few", Timeout: 1500 * time.Millisecond},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer reg.Close()
		a, _ := reg.Source("a")
		b, _ := reg.Source("b")
		for i := range 6 {
			go func() {
				if _, err := a.Query(t.Context(), fmt.Sprint("q", i), nil, nil); err != nil {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		if _, err := b.Query(t.Context(), "q", nil, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		time.Sleep(5 * time.Second)
		if most.Load() != 3 {
			t.Errorf("%d at one time", most.Load())
		}
	})
}

func TestConfiguration(t *testing.T) {
	for _, tt := range []struct {
		c    db.Config
		want string
	}{
		{db.Config{}, "db: datasource x: no URI"},
		{db.Config{URI: []string{"csv:"}, Pool: "none"}, "db: datasource x: no pool 'none'"},
		{db.Config{URI: []string{"csv:"}, AssumeCharset: "none"}, "db: datasource x: unknown character set 'none'"},
	} {
		_, err := db.New(&db.Options{Sources: map[string]db.Config{"x": tt.c}})
		if err == nil || err.Error() != tt.want {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
	if _, err := db.New(&db.Options{Pools: map[string]int{"p": 0}}); err == nil {
		t.Error("a pool without size")
	}
	// What a URI names shows at the first query.
	for uri, want := range map[string]string{
		"nothing":          "no driver 'nothing'",
		"oracle:x":         "no driver 'oracle'",
		"ldap://h/":        "no driver 'ldap'",
		"mysql:host=h":     "no driver: none of mysql is registered with database/sql",
		"odbc:DSN=none":    "no driver for ODBC data source 'none'",
		"odbc:DSN=loop":    "no driver for ODBC data source 'loop'",
		"sqlite:":          "sqlite: no path",
		"csv:":             "csv: all rows are read: MaxRows must be -1",
		"iowrapper:":       "files are not available",
		"cdb:/no/such.cdb": "stat /no/such.cdb: no such file or directory",
	} {
		reg := registry(t, &db.Options{
			ODBC:    map[string]string{"loop": "ODBC:DSN=loop"},
			Sources: map[string]db.Config{"x": {URI: []string{uri}}},
		})
		s, _ := reg.Source("x")
		var e *db.Error
		if _, err := s.Query(t.Context(), "q", nil, nil); !errors.As(err, &e) || e.Err.Error() != want {
			t.Errorf("%s: %v, want %s", uri, err, want)
		}
	}
}

func TestFromSQL(t *testing.T) {
	_, pool := sqliteFile(t)
	reg, err := db.New(&db.Options{
		Drivers: map[string]db.Driver{"mine": db.FromSQL(pool, db.SQLite())},
		Sources: map[string]db.Config{"x": {URI: []string{"mine:"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := reg.Source("x")
	for i := range 250 { // more than are kept prepared
		args := db.List{i}
		got := all(t, s, fmt.Sprintf("select ? as n, %d as q", i), args)
		if diff := cmp.Diff(rows{{"n": int64(i), "q": int64(i)}}, got); diff != "" {
			t.Fatal(diff)
		}
	}
	if err := reg.Close(); err != nil {
		t.Error(err)
	}
	if err := pool.Ping(); err != nil {
		t.Error("the caller's database was closed:", err)
	}
}
