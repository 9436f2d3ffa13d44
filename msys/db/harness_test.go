package db_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	_ "modernc.org/sqlite"

	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/policykit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// schema is what the tests' SQLite database has.
const schema = `
create table users (id integer primary key, name text, score real, active boolean, data blob, born date, seen datetime);
insert into users values (1, 'Ann', 1.5, 1, x'00ff', '2001-02-03', '2020-05-06 07:08:09');
insert into users values (2, 'Bob', -2, 0, null, null, null);
insert into users values (9007199254740993, cast(x'4af672' as text), 3, 1, '', '', '2020-05-06T07:08:09.25+02:00');
create table numbers (n integer);
with recursive c(n) as (select 1 union all select n+1 from c where n < 150) insert into numbers select n from c;
`

// sqliteFile makes a database and gives its path and another handle on it.
func sqliteFile(t testing.TB) (path string, other *sql.DB) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "policy?#%.db")
	other, err := sql.Open("sqlite", "file:"+strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	if _, err := other.Exec(schema); err != nil {
		t.Fatal(err)
	}
	return path, other
}

// registry makes a registry that ends with the test.
func registry(t testing.TB, o *db.Options) *db.Registry {
	t.Helper()
	reg, err := db.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := reg.Close(); err != nil {
			t.Error(err)
		}
	})
	return reg
}

// users makes a registry with the datasource "t", and a handle on its database
// beside it.
func users(t testing.TB, c db.Config) (*db.Source, *db.Registry, *sql.DB) {
	t.Helper()
	path, other := sqliteFile(t)
	c.URI = []string{"sqlite:" + path}
	reg := registry(t, &db.Options{Sources: map[string]db.Config{"t": c}})
	s, err := reg.Source("t")
	if err != nil {
		t.Fatal(err)
	}
	return s, reg, other
}

// runLua runs a script's function as a callout and gives what it printed.
func runLua(t testing.TB, reg *db.Registry, body string) string {
	t.Helper()
	k := kit(t, reg)
	k.LoadString("test.lua", "local mod = {} function mod:validate_connect() "+body+"\n return msys.core.VALIDATE_CONT end msys.registerModule('test', mod)")
	k.Session("192.0.2.7:1234").Connect()
	for _, line := range k.Errors() {
		t.Error(line)
	}
	return k.Printed()
}

func kit(t testing.TB, reg *db.Registry) *policykit.Kit {
	return policykit.New(t, &policykit.Options{Modules: append(db.Libraries(reg), json.Library())})
}

// fake is a driver that answers as a function says.
type fake struct {
	dialect db.Dialect
	query   func(ctx context.Context, uri, query string, args []any, row func([]string, []any) error) error
	ping    func(uri string) error
	open    func(uri string) error
}

func (f *fake) Dialect() db.Dialect { return f.dialect }

func (f *fake) Open(rest string, _ db.DriverConfig) (db.Conn, error) {
	if f.open != nil {
		if err := f.open(rest); err != nil {
			return nil, err
		}
	}
	return &fakeConn{f, rest}, nil
}

type fakeConn struct {
	*fake
	uri string
}

func (c *fakeConn) Query(ctx context.Context, query string, args []any, row func([]string, []any) error) error {
	return c.query(ctx, c.uri, query, args, row)
}

func (c *fakeConn) Exec(ctx context.Context, query string, args []any) error {
	return c.query(ctx, c.uri, query, args, func([]string, []any) error { return nil })
}

func (c *fakeConn) Ping(context.Context) error {
	if c.ping != nil {
		return c.ping(c.uri)
	}
	return nil
}

func (c *fakeConn) Close() error { return nil }

// manualClock is a clock that tests set.
type manualClock struct{ t time.Time }

func (c *manualClock) Now() time.Time { return c.t }
