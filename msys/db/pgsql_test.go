//go:build unix

package db_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/db"
)

// postgres is a PostgreSQL server of the test's own on loopback.
type postgres struct {
	bin, dir string
	port     string
	attr     *syscall.SysProcAttr
	cmd      *exec.Cmd
}

// startPostgres makes a database cluster and starts its server, which ends
// with the test.
func startPostgres(t *testing.T) *postgres {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		t.Skip("no PostgreSQL server is installed (Debian package postgresql)")
	}
	dir, err := os.MkdirTemp("", "gomsys-pgsql")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	p := &postgres{bin: filepath.Dir(found[len(found)-1]), dir: dir, port: loopback.Port(t)}
	if os.Getuid() == 0 { // the server refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Skip("root needs a user postgres to start a PostgreSQL server: ", err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
		p.attr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	out, err := p.command("initdb", "-D", dir+"/data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync", "--no-locale").CombinedOutput()
	if err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	p.start(t)
	t.Cleanup(p.stop)
	return p
}

func (p *postgres) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(p.bin, name), args...)
	cmd.Dir, cmd.SysProcAttr, cmd.Env = p.dir, p.attr, []string{"LC_ALL=C", "TZ=UTC"}
	return cmd
}

// start starts the server and waits until it says that it is ready.
func (p *postgres) start(t *testing.T) {
	t.Helper()
	p.cmd = p.command("postgres", "-D", p.dir+"/data", "-h", "127.0.0.1", "-p", p.port, "-k", p.dir, "-F")
	log, err := p.cmd.StderrPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "ready to accept connections") {
			go func() {
				for lines.Scan() { // so that the server does not stop writing
				}
			}()
			return
		}
	}
	t.Fatal("the server ended: ", p.cmd.Wait())
}

// stop ends the server at once.
func (p *postgres) stop() {
	if p.cmd != nil {
		p.cmd.Process.Signal(syscall.SIGINT)
		p.cmd.Wait()
		p.cmd = nil
	}
}

func (p *postgres) uri() string {
	return "pgsql:host=127.0.0.1;port=" + p.port + ";dbname=postgres;user=postgres;sslmode=disable"
}

func TestPostgreSQL(t *testing.T) {
	server := startPostgres(t)
	reg := registry(t, &db.Options{
		ODBC: map[string]string{"crm": "postgres://postgres@127.0.0.1:" + server.port + "/postgres?sslmode=disable"},
		Sources: map[string]db.Config{
			"t":    {URI: []string{server.uri()}},
			"odbc": {URI: []string{"odbc:DSN=crm;UID=ignored"}},
			"two":  {URI: []string{"pgsql:host=127.0.0.1;port=1;user=x;sslmode=disable", server.uri()}, NoCache: true},
		},
	})
	s, _ := reg.Source("t")
	for _, query := range []string{
		"create table users (id serial primary key, name text, age int, big bigint, price numeric(10,2), ok boolean, data bytea, born date, at timestamp, atz timestamptz, j jsonb)",
		`insert into users (name, age, big, price, ok, data, born, at, atz, j) values
			('Ann', 30, 9007199254740993, 12.50, true, '\x00ff', '2001-02-03', '2020-05-06 07:08:09.5', '2020-05-06 07:08:09Z', '{"a": 1}')`,
		"insert into users (name) values ('J\u00f6rg')",
	} {
		if err := s.Exec(t.Context(), query, nil); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("values", func(t *testing.T) { pgValues(t, s) })
	t.Run("errors", func(t *testing.T) { pgErrors(t, s) })
	t.Run("lua", func(t *testing.T) {
		got := runLua(t, reg, `
			local q = "select count(*) as \"COUNT\", sum(big) as big, avg(age) as avg from users where age > ? and name = ? and ok = ?"
			local row = msys.db.fetch_row("t", q, { 18, "Ann", true })
			print(row.COUNT > 0, row.big, row.avg + 1)
			for row in msys.db.query("odbc", "select name, age, price from users order by id limit :max", { max = 2 }) do
				print(row.name, row.age, row.price)
			end
			print(pcall(msys.db.execute, "t", "insert into users (id) values (:id)", { id = 1 }))`)
		want := "true\t9007199254740993\t31\nAnn\t30\t12.5\nJ\u00f6rg\tnil\tnil\nfalse\t"
		if !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "\nfailed to execute: insert into users (id) values (:id)") {
			t.Errorf("%q", got)
		}
	})
	t.Run("two servers of which one is down", func(t *testing.T) {
		two, _ := reg.Source("two")
		for range 4 {
			if got := all(t, two, "select 1 as one", nil); len(got) != 1 || got[0]["one"] != int64(1) {
				t.Error(got)
			}
		}
	})
	t.Run("restart", func(t *testing.T) {
		server.stop()
		var e *db.Error
		if _, err := s.Query(t.Context(), "select 2", nil, nil); !errors.As(err, &e) || !e.Temporary() {
			t.Error(err)
		}
		server.start(t)
		if got := all(t, s, "select 2 as two", nil); len(got) != 1 {
			t.Error(got)
		}
	})
}

func pgValues(t *testing.T, s *db.Source) {
	atz := time.Date(2020, 5, 6, 7, 8, 9, 0, time.UTC).Local().Format("2006-01-02 15:04:05-07")
	for _, tt := range []struct {
		query string
		args  db.Args
		want  rows
	}{
		{"select * from users where id = ?", db.List{1}, rows{{
			"id": int64(1), "name": "Ann", "age": int64(30), "big": int64(9007199254740993), "price": 12.5, "ok": true, "data": "\x00\xff",
			"born": "2001-02-03", "at": "2020-05-06 07:08:09.5", "atz": atz, "j": `{"a": 1}`}}},
		{"select * from users where name = :name and age is null", db.Named{"name": "J\u00f6rg"}, rows{{"id": int64(2), "name": "J\u00f6rg"}}},
		{"select ? as a, ?::int as b, ?::numeric as c, ? as d, ?::boolean as e, ? as f", db.List{5, 6, 1.5, true, false, nil},
			rows{{"a": "5", "b": int64(6), "c": 1.5, "d": "true", "e": false}}},
		{"select name from users where born > ? and at < ? and price >= ? and data = ?",
			db.List{"2000-01-01", "2021-01-01 00:00:00", "12.5", []byte{0, 0xff}}, rows{{"name": "Ann"}}},
		{"select 1 as one where :a = 'x''?' or :a = 'q'", db.Named{"a": "q"}, rows{{"one": int64(1)}}},
		{"select $q$ ? $q$ as q, E'\\'?' as e, ?::text as t", db.List{"x"}, rows{{"q": " ? ", "e": "'?", "t": "x"}}},
		{"select array[1,2,3,4] as a, (array[1,2,3])[2:3] as b, interval '1 day' as i", db.List{}, rows{{"a": "{1,2,3,4}", "b": "{2,3}", "i": "1 day"}}},
		{"select '550e8400-e29b-41d4-a716-446655440000'::uuid as u, time '01:02:03' as t", nil,
			rows{{"u": "550e8400-e29b-41d4-a716-446655440000", "t": "01:02:03"}}},
		{"select name from users where id = -1", nil, nil},
		{"select generate_series(1, 3) as n", nil, rows{{"n": int64(1)}, {"n": int64(2)}, {"n": int64(3)}}},
	} {
		if diff := cmp.Diff(tt.want, all(t, s, tt.query, tt.args)); diff != "" {
			t.Errorf("%s: %s", tt.query, diff)
		}
	}
	if got := all(t, s, "select generate_series(1, 1000) as n", nil); len(got) != 100 {
		t.Errorf("%d rows", len(got))
	}
}

func pgErrors(t *testing.T, s *db.Source) {
	var e *db.Error
	err := s.Exec(t.Context(), "bad sql", nil)
	if !errors.As(err, &e) || e.Prepared || e.Temporary() || !strings.Contains(e.Text(), `syntax error at or near "bad"`) {
		t.Error(err)
	}
	_, err = s.Query(t.Context(), "select * from users where age = ?", db.List{"secret-word"}, nil)
	if !errors.As(err, &e) || strings.Contains(err.Error(), "secret-word") {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := s.Query(ctx, "select pg_sleep(600)", nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
