package db

import "testing"

func TestDataSourceNames(t *testing.T) {
	for _, tt := range []struct {
		source       func(driver, rest string) (string, error)
		driver, rest string
		want         string
	}{
		{sqliteSource, "sqlite", "/a b/x?#%.db", "file:/a b/x%3f%23%25.db?_pragma=busy_timeout(5000)"},
		{sqliteSource, "sqlite3", "x.db", "file:x.db?_busy_timeout=5000"},
		{sqliteSource, "sqlite", ":memory:", "file::memory:?_pragma=busy_timeout(5000)"},
		{sqliteSource, "sqlite", "file:x.db?mode=ro", "file:x.db?mode=ro&_pragma=busy_timeout(5000)"},
		{pgsqlSource(""), "", "host=h;dbname=d;user=u;password=p'\\ w;port=5432", `host='h' dbname='d' user='u' password='p\'\\ w' port='5432'`},
		{pgsqlSource(""), "", "dbname=d", "dbname='d'"},
		{pgsqlSource(""), "", " HOST = h ; ; dbname=d=e", "host='h' dbname='d=e'"},
		{pgsqlSource(""), "", "host=h dbname=d", "host=h dbname=d"},
		{pgsqlSource(""), "", "postgres://u@h/d", "postgres://u@h/d"},
		{pgsqlSource("postgres:"), "", "//u@h/d", "postgres://u@h/d"},
		{mysqlSource, "", "host=h;port=3307;dbname=d/e;user=u;password=p", "u:p@tcp(h:3307)/d%2Fe"},
		{mysqlSource, "", "dbname=d;user=u", "u@tcp(localhost:3306)/d"},
		{mysqlSource, "", "host=::1;dbname=d;user=u", "u@tcp([::1]:3306)/d"},
		{mysqlSource, "", "socket=/run/m.sock;dbname=d;user=u", "u@unix(/run/m.sock)/d"},
		{mysqlSource, "", "u:p@tcp(h)/d", "u:p@tcp(h)/d"},
	} {
		got, err := tt.source(tt.driver, tt.rest)
		if err != nil || got != tt.want {
			t.Errorf("%q: %q, %v; want %q", tt.rest, got, err, tt.want)
		}
	}
	if got := odbcDSN("UID=x; dsn = my crm ;PWD=y"); got != "my crm" {
		t.Errorf("%q", got)
	}
}
