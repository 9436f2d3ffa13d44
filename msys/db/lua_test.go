package db_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/lualib"
)

func TestLua(t *testing.T) {
	_, reg, _ := users(t, db.Config{})
	script, err := os.ReadFile("testdata/db.lua")
	if err != nil {
		t.Fatal(err)
	}
	k := kit(t, reg)
	k.LoadString("db.lua", string(script))
	k.Session("192.0.2.7:1234").Connect()
	if got := k.Printed(); got != "done" || len(k.Errors()) > 0 {
		t.Errorf("printed %q; %s", got, strings.Join(k.Errors(), "\n"))
	}
}

func TestRaiseErrorByDefault(t *testing.T) {
	no := false
	reg := registry(t, &db.Options{DefaultRaiseError: &no})
	got := runLua(t, reg, `
		print(msys.db.query("none", "select 1"))
		print(msys.db.execute("none", "select 1", nil, {}))
		print(pcall(msys.db.fetch_row, "none", "select 1", nil, { raise_error = true }))`)
	want := "nil\tunknown datasource 'none'\nfalse\tunknown datasource 'none'\nfalse\tunknown datasource 'none'"
	if got != want {
		t.Errorf("%q", got)
	}
}

// TestOthersGoOn has one session wait for a database while another one asks.
func TestOthersGoOn(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	slow := &fake{query: func(_ context.Context, _, query string, _ []any, row func([]string, []any) error) error {
		if query == "slow" {
			close(arrived)
			<-release
		}
		return row(nil, []any{query, []string{"a", "b"}})
	}}
	reg := registry(t, &db.Options{
		Drivers: map[string]db.Driver{"fake": slow},
		Sources: map[string]db.Config{"f": {URI: []string{"fake:"}}},
	})
	k := kit(t, reg)
	k.LoadString("slow.lua", `
		local mod = {}
		function mod:validate_connect(ac)
			local query = "quick"
			if tostring(ac.remote_addr):find("192.0.2.1", 1, true) then query = "slow" end
			local row = msys.db.fetch_row("f", query)
			print(row[1], #row[2], row[2][2])
			return msys.core.VALIDATE_CONT
		end
		msys.registerModule("slow", mod)`)
	done := make(chan struct{})
	go func() {
		defer close(done)
		k.Session("192.0.2.1:1").Connect()
	}()
	select {
	case <-arrived:
	case <-done:
		t.Fatalf("did not ask; printed %q, logged %s", k.Printed(), k.Log())
	}
	k.Session("192.0.2.2:1").Connect()
	if got := k.Printed(); got != "quick\t2\tb" {
		t.Errorf("printed %q; %s", got, k.Log())
	}
	close(release)
	<-done
	if got := k.Printed(); got != "slow\t2\tb" {
		t.Errorf("printed %q", got)
	}
}

func Example_lua() {
	reg, err := db.New(&db.Options{Sources: map[string]db.Config{"users": {URI: []string{"sqlite::memory:"}}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer reg.Close()
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, db.Libraries(reg)...)
	err = lua.DoString(l, `
		require("msys.db")
		msys.db.execute("users", "create table users (name text, age integer)")
		msys.db.execute("users", "insert into users values ('Ann', 30), ('Bob', 7)")
		for row in msys.db.query("users", "select name, age from users where age > ?", { 18 }) do
			print(row.name, row.age)
		end
		print(msys.db.fetch_row("users", "select * from users where name = :name", { name = "Eve" }))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Ann	30
	// nil
}

func Example() {
	reg, err := db.New(&db.Options{Sources: map[string]db.Config{
		"users": {URI: []string{"sqlite::memory:"}}, // the program imports modernc.org/sqlite
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer reg.Close()
	users, err := reg.Source("users")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	rows, err := users.Query(ctx, "select :name as name, 2 * :n as twice", db.Named{"name": "Ann", "n": 21}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for row := range rows.All() {
		fmt.Println(row.Value("name"), row.Value("twice"))
	}
	// Output: Ann 42
}
