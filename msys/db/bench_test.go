package db_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/db"
)

// BenchmarkLua measures a call of a script whose result is remembered.
func BenchmarkLua(b *testing.B) {
	_, reg, _ := users(b, db.Config{})
	rt, err := msys.New(msys.Config{Modules: db.Libraries(reg), Limits: msys.Limits{Time: -1, Total: -1, Instructions: -1}})
	if err != nil {
		b.Fatal(err)
	}
	defer rt.Close()
	for i, tt := range []struct{ name, call string }{
		{"fetch_row", `msys.db.fetch_row("t", "select name, score from users where id = 1")`},
		{"fetch_row by number", `msys.db.fetch_row("t", "select name, score from users where id = ?", { 1 })`},
		{"fetch_row by name", `msys.db.fetch_row("t", "select name, score from users where id = :id and name = :name", { id = 1, name = "Ann" })`},
		{"fetch_row without row", `msys.db.fetch_row("t", "select name, score from users where id = ?", { -1 })`},
		{"query to the end", `for row in msys.db.query("t", "select name, score from users where id = 1") do end`},
		{"such a table, to compare", `local t = { name = "Ann", score = 1.5 }`},
	} {
		b.Run(tt.name, func(b *testing.B) {
			command := "bench" + strconv.Itoa(i)
			err := rt.LoadString(command+strconv.Itoa(b.N)+".lua", `msys.registerControl("`+command+`", function(cc)
				for i = 1, tonumber(cc.argv[1]) do `+tt.call+` end
			end)`)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			if _, _, err := rt.Control(context.Background(), msys.ControlRequest{Args: []string{command, strconv.Itoa(b.N)}}); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func BenchmarkFetchRow(b *testing.B) {
	s, _, _ := users(b, db.Config{})
	args := db.List{1}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok, err := s.FetchRow(b.Context(), "select name, score from users where id = ?", args, nil); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
