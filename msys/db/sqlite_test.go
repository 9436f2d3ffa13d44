package db_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/db"
)

// all gives a result as maps.
func all(t testing.TB, s *db.Source, query string, args db.Args) (list []map[string]any) {
	t.Helper()
	rows, err := s.Query(t.Context(), query, args, nil)
	if err != nil {
		t.Fatal(err)
	}
	for row := range rows.All() {
		list = append(list, row.Map())
	}
	return list
}

type rows = []map[string]any

func TestSQLite(t *testing.T) {
	s, _, _ := users(t, db.Config{})
	for _, tt := range []struct {
		query string
		args  db.Args
		want  rows
	}{
		{"select * from users where id = ?", db.List{1}, rows{{
			"id": int64(1), "name": "Ann", "score": 1.5, "active": int64(1), "data": "\x00\xff",
			"born": "2001-02-03", "seen": "2020-05-06 07:08:09"}}},
		{"select * from users where id = :id", db.Named{"id": 2, "other": "x"}, rows{{"id": int64(2), "name": "Bob", "score": -2.0, "active": int64(0)}}},
		{"select id, name, seen from users where id > $id", db.Named{"id": 2.0}, rows{{
			"id": int64(9007199254740993), "name": "J\u00f6r", "seen": "2020-05-06 07:08:09.25+02:00"}}},
		{"select name as NAME, 1 as x, 2 as x from users where name = ?", db.List{"Ann"}, rows{{"NAME": "Ann", "x": int64(2)}}},
		{"select count(*) as COUNT from users where name = ? or 1 = ?", db.List{"Ann"}, rows{{"COUNT": int64(1)}}},
		{"select ? as a, ? as b, ? as c, ? as d", db.List{nil, true, 1.5, []byte("b")}, rows{{"b": int64(1), "c": 1.5, "d": "b"}}},
		{"select name from users where id = 77", nil, nil},
		{"select 1 where :a = 'x''?'", db.Named{"a": "q"}, nil},
		{"select ':a ?' as q", nil, rows{{"q": ":a ?"}}},
	} {
		for range 2 { // asked, then remembered
			if diff := cmp.Diff(tt.want, all(t, s, tt.query, tt.args)); diff != "" {
				t.Errorf("%s: %s", tt.query, diff)
			}
		}
	}
	if st := s.Stats(); st.Hits != 9 || st.Misses != 9 || st.Entries != 9 || st.Name != "t" {
		t.Errorf("%+v", st)
	}
}

func TestFetchRowAndExec(t *testing.T) {
	s, _, _ := users(t, db.Config{})
	ctx := t.Context()
	row, ok, err := s.FetchRow(ctx, "select name, id from users order by id", nil, nil)
	if err != nil || !ok || row.Value("name") != "Ann" || row.At(1) != int64(1) || row.Len() != 2 || row.Value("none") != nil || row.At(2) != nil {
		t.Error(row, ok, err)
	}
	if _, ok, err := s.FetchRow(ctx, "select name from users where id = -1", nil, nil); ok || err != nil {
		t.Error(ok, err)
	}
	if err := s.Exec(ctx, "insert into users (id, name) values (:id, :name)", db.Named{"id": 3, "name": "Eve"}); err != nil {
		t.Error(err)
	}
	if got := all(t, s, "select name from users where id = 3", nil); len(got) != 1 || got[0]["name"] != "Eve" {
		t.Error(got)
	}
}

func TestCacheKeepsAlsoThatThereIsNothing(t *testing.T) {
	clock := &manualClock{time.Unix(1000, 0)}
	path, other := sqliteFile(t)
	reg := registry(t, &db.Options{Clock: clock, Sources: map[string]db.Config{"t": {URI: []string{"sqlite:" + path}}}})
	s, _ := reg.Source("t")
	count := func(o *db.QueryOptions) int {
		t.Helper()
		rows, err := s.Query(t.Context(), "select name from users where id = 5", nil, o)
		if err != nil {
			t.Fatal(err)
		}
		return rows.Len()
	}
	if n := count(nil); n != 0 {
		t.Fatal(n)
	}
	if _, err := other.Exec("insert into users (id, name) values (5, 'Eve')"); err != nil {
		t.Fatal(err)
	}
	if n := count(nil); n != 0 {
		t.Error("the cache forgot:", n)
	}
	if n := count(&db.QueryOptions{NoCache: true}); n != 1 {
		t.Error("nocache:", n)
	}
	if n := count(nil); n != 0 {
		t.Error("nocache changed the cache:", n)
	}
	clock.t = clock.t.Add(time.Hour)
	if n := count(nil); n != 1 {
		t.Error("the cache keeps too long:", n)
	}
	if n, err := reg.Flush("t"); n != 1 || err != nil {
		t.Error(n, err)
	}
	if _, err := reg.Flush("none"); !errors.Is(err, db.ErrUnknownSource) || err.Error() != "unknown datasource 'none'" {
		t.Error(err)
	}
	// Parameters of other types are other queries.
	for _, args := range []db.Args{db.List{}, db.List{1}, db.List{"1"}, db.List{1.5}, db.List{true}, db.List{false}} {
		if _, err := s.Query(t.Context(), "select typeof(?)", args, nil); err != nil {
			t.Error(err)
		}
	}
	if st := s.Stats(); st.Entries != 6 {
		t.Errorf("%+v", st)
	}
	// Another configuration keeps what is remembered.
	if err := reg.Define("t", db.Config{URI: []string{"sqlite:" + path}, MaxRows: 5}); err != nil {
		t.Error(err)
	}
	if s, _ = reg.Source("t"); s.Stats().Entries != 6 {
		t.Errorf("%+v", s.Stats())
	}
	if err := reg.Define("t", db.Config{URI: []string{"sqlite:" + path}, CacheSize: 5}); err != nil {
		t.Error(err)
	}
	if got := reg.Stats(); len(got) != 1 || got[0].Entries != 0 {
		t.Errorf("%+v", got)
	}
}

func TestLimits(t *testing.T) {
	s, reg, _ := users(t, db.Config{})
	if got := all(t, s, "select n from numbers", nil); len(got) != 100 {
		t.Errorf("%d rows", len(got))
	}
	path := strings.TrimPrefix(configURI(t, s), "sqlite:")
	for _, tt := range []struct {
		c    db.Config
		want int
	}{{db.Config{MaxRows: -1}, 150}, {db.Config{MaxRows: 7}, 7}, {db.Config{MaxBytes: 1000}, -1}} {
		tt.c.URI = []string{"sqlite:" + path}
		if err := reg.Define("u", tt.c); err != nil {
			t.Fatal(err)
		}
		u, _ := reg.Source("u")
		rows, err := u.Query(t.Context(), "select n from numbers", nil, &db.QueryOptions{NoCache: true})
		switch {
		case tt.want < 0:
			if !errors.Is(err, db.ErrTooLarge) {
				t.Error(err)
			}
		case err != nil || rows.Len() != tt.want:
			t.Errorf("%+v: %v", tt.c, err)
		}
	}
}

// configURI gives where the database of a source is, as SQLite tells.
func configURI(t testing.TB, s *db.Source) string {
	t.Helper()
	row, _, err := s.FetchRow(t.Context(), "pragma database_list", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + row.Value("file").(string)
}

func TestEach(t *testing.T) {
	s, reg, _ := users(t, db.Config{})
	n, sum := 0, int64(0)
	err := reg.Each(t.Context(), "t", "select n, 'x' as x from numbers", func(columns []string, values []any) error {
		if diff := cmp.Diff([]string{"n", "x"}, columns); diff != "" || values[1] != "x" {
			t.Fatal(diff, values)
		}
		n++
		sum += values[0].(int64)
		return nil
	})
	if err != nil || n != 150 || sum != 150*151/2 || s.Stats().Misses != 0 {
		t.Error(n, sum, err)
	}
	boom := errors.New("boom")
	err = s.Each(t.Context(), "select n from numbers where n > ?", db.List{10}, func(_ []string, values []any) error {
		if values[0] != int64(11) {
			t.Error(values)
		}
		return boom
	})
	if err != boom {
		t.Error(err)
	}
	if err := reg.Each(t.Context(), "none", "select 1", nil); !errors.Is(err, db.ErrUnknownSource) {
		t.Error(err)
	}
	if err := s.Each(t.Context(), "bad", nil, nil); err == nil {
		t.Error("no error")
	}
}

func TestErrors(t *testing.T) {
	s, reg, _ := users(t, db.Config{})
	ctx := t.Context()
	_, err := s.Query(ctx, "bad sql", nil, nil)
	var e *db.Error
	if !errors.As(err, &e) || e.Prepared || !strings.HasSuffix(e.Text(), "\nfailed to prepare: bad sql") || !strings.HasPrefix(err.Error(), "db: querying t: ") || e.Temporary() {
		t.Errorf("%v", err)
	}
	err = s.Exec(ctx, "insert into users (id) values (?)", db.List{1})
	if !errors.As(err, &e) || !e.Prepared || !strings.HasSuffix(e.Text(), "\nfailed to execute: insert into users (id) values (?)") {
		t.Errorf("%v", err)
	}
	if _, err := s.Query(ctx, "? :a", db.List{1}, nil); !errors.Is(err, db.ErrMixedStyles) {
		t.Error(err)
	}
	if _, err := s.Query(ctx, "?", db.List{struct{}{}}, nil); !errors.Is(err, db.ErrArgument) {
		t.Error(err)
	}
	if _, err := reg.Source("none"); !errors.Is(err, db.ErrUnknownSource) {
		t.Error(err)
	}
	if s.Stats().Entries != 0 {
		t.Error("a failure is remembered")
	}
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	for _, f := range []func() error{
		func() error { _, err := s.Query(canceled, "select 1", nil, nil); return err },
		func() error {
			_, err := s.Query(canceled, "select 1", nil, &db.QueryOptions{NoCache: true})
			return err
		},
		func() error { return s.Exec(canceled, "delete from users", nil) },
	} {
		if err := f(); !errors.Is(err, context.Canceled) || !errors.As(err, &e) || !e.Temporary() {
			t.Error(err)
		}
	}
	reg.Close()
	if _, err := s.Query(ctx, "select 1", nil, nil); !errors.Is(err, db.ErrClosed) {
		t.Error(err)
	}
	if err := reg.Define("t", db.Config{URI: []string{"csv:"}}); !errors.Is(err, db.ErrClosed) {
		t.Error(err)
	}
}

// TestLongQuery ends a query that would run for hours.
func TestLongQuery(t *testing.T) {
	const forever = "with recursive c(n) as (select 1 union all select n+1 from c) select count(*) from c"
	s, reg, _ := users(t, db.Config{})
	if err := reg.Define("quick", db.Config{URI: []string{configURI(t, s)}, Timeout: 50 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	quick, _ := reg.Source("quick")
	var e *db.Error
	if _, err := quick.Query(t.Context(), forever, nil, nil); !errors.As(err, &e) || !e.Temporary() {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.Query(ctx, forever, nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestInMemory(t *testing.T) {
	s, err := db.Open(db.Config{URI: []string{"sqlite::memory:"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, query := range []string{"create table t (a)", "insert into t values ('x')"} {
		if err := s.Exec(t.Context(), query, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := all(t, s, "select a from t", nil); len(got) != 1 || got[0]["a"] != "x" {
		t.Error(got)
	}
}

func TestMissingDirectory(t *testing.T) {
	s, err := db.Open(db.Config{URI: []string{"sqlite:" + filepath.Join(t.TempDir(), "none", "x.db")}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var e *db.Error
	if _, err := s.Query(t.Context(), "select 1", nil, nil); !errors.As(err, &e) || e.Prepared {
		t.Error(err)
	}
}

func TestRows(t *testing.T) {
	s, _, _ := users(t, db.Config{})
	got, err := s.Query(t.Context(), "select id, name as n, name as n from users where id < 10 order by id", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	columns := got.Columns()
	if diff := cmp.Diff([]string{"id", "n", "n"}, columns); diff != "" || got.Len() != 2 || s.Name() != "t" {
		t.Error(diff, got.Len())
	}
	columns[0] = "changed"
	if got.Columns()[0] != "id" {
		t.Error("the caller changed the result")
	}
	for row := range got.All() {
		if row.At(0) != int64(1) || row.At(-1) != nil {
			t.Error(row.At(0))
		}
		break
	}
	var none db.Row
	if none.Len() != 0 || none.At(0) != nil || none.Value("x") != nil || len(none.Map()) != 0 {
		t.Error("a row without columns has some")
	}
}
