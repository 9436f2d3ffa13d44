package db_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/db"
)

func TestConsole(t *testing.T) {
	s, reg, _ := users(t, db.Config{})
	run := func(line string) string {
		t.Helper()
		var out strings.Builder
		if err := reg.Console(t.Context(), strings.Fields(line), &out); err != nil {
			t.Error(err)
		}
		return out.String()
	}
	for range 2 {
		all(t, s, "select 1", nil)
	}
	all(t, s, "select 2", nil)
	if got := run("flush t"); got != "flushed 2 entries from cache 't'\n" {
		t.Errorf("%q", got)
	}
	want := `cache name                      lookups %                  deletions %
                       elts  hit miss pend  total  inserts man ttl lru  total
---------------------- ----- -------------------- -------- ------------------
t
                           0  33  67   0        3        2 100   0   0      2
`
	if diff := cmp.Diff(want, run("stats")); diff != "" {
		t.Error(diff)
	}
	var out strings.Builder
	if err := reg.Console(t.Context(), []string{"flush", "none"}, &out); !errors.Is(err, db.ErrUnknownSource) {
		t.Error(err)
	}
	if err := reg.Console(t.Context(), []string{"nonsense"}, &out); !errors.Is(err, db.ErrUsage) || out.Len() != 0 {
		t.Error(err)
	}
}
