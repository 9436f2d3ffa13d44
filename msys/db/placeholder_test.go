package db

import (
	"errors"
	"strings"
	"testing"
)

func TestPlaceholders(t *testing.T) {
	const (
		lite = "sqlite"
		pg   = "pgsql"
		my   = "mysql"
		text = "text"
	)
	dialects := map[string]Dialect{lite: SQLite(), pg: PostgreSQL(), my: MySQL(), text: Interpolated(nil)}
	for _, tt := range []struct {
		dialect, query string
		want           string // placeholders as <1> and <name>
	}{
		{lite, "select 1", "select 1"},
		{lite, "a = ? and b=?", "a = <1> and b=<2>"},
		{lite, ":a,:b_2, :a", "<a>,<b_2>, <a>"},
		{lite, "$a $b", "<a> <b>"},
		{lite, "?", "<1>"},
		{lite, "??", "<1><2>"},
		{lite, "", ""},
		{lite, "'?' = ? or 'it''s ?' = ?", "'?' = <1> or 'it''s ?' = <2>"},
		{lite, `'\' = ? or '?'`, `'\' = <1> or '?'`},
		{lite, `"?" "a""?" ?`, `"?" "a""?" <1>`},
		{lite, "`?` ?", "`?` <1>"},
		{lite, "[a ?] ?", "[a ?] <1>"},
		{lite, "-- ?\n? -- ?", "-- ?\n<1> -- ?"},
		{lite, "/* ? */ ? /* ?", "/* ? */ <1> /* ?"},
		{lite, "/* /* ? */ ? */", "/* /* ? */ <1> */"},
		{lite, "5-?", "5-<1>"},
		{lite, "5 - -?", "5 - -<1>"},
		{lite, "a::text", "a::text"},
		{lite, ":a::text", "<a>::text"},
		{lite, ": a, :1, :", ": a, :1, :"},
		{lite, "$1 $ $", "$1 $ $"},
		{lite, "$$ ? :a $$ ?", "$$ ? :a $$ <1>"},
		{lite, "'? :a", "'? :a"},
		{lite, "na$me ?", "na$me <1>"},
		{lite, "12:30", "12:30"},
		{lite, "caf\u00e9$x ?", "caf\u00e9$x <1>"},
		{lite, "e'\\' || ?", "e'\\' || <1>"},
		{pg, "$a ?", "$a <1>"},
		{pg, "$tag$ ? $x$ :a $tag$ ?", "$tag$ ? $x$ :a $tag$ <1>"},
		{pg, "$tag$ ?", "$tag$ ?"},
		{pg, `E'it\'s ?' ?`, `E'it\'s ?' <1>`},
		{pg, `one'\' ?`, `one'\' <1>`},
		{pg, "/* /* ? */ ? */ ?", "/* /* ? */ ? */ <1>"},
		{pg, "select ?::int, a[1:2]", "select <1>::int, a[1:2]"},
		{pg, "a[?] x", "a[<1>] x"},
		{my, `'it\'s ?' ?`, `'it\'s ?' <1>`},
		{my, "# ?\n?", "# ?\n<1>"},
		{my, "@v := ?", "@v := <1>"},
		{text, "/etc/$user's file?:a", "/etc/<user>'s file?:a"},
		{text, "'$a' -- $b $", "'<a>' -- <b> $"},
	} {
		d := dialects[tt.dialect]
		st, err := d.parse(tt.query, true)
		if err != nil {
			t.Errorf("%s %q: %v", tt.dialect, tt.query, err)
			continue
		}
		got := st.sql(func(n int) string {
			if r := st.refs[n-1]; r.name != "" {
				return "<" + r.name + ">"
			}
			return "<" + textOf(int64(st.refs[n-1].number)) + ">"
		})
		if got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.dialect, tt.query, got, tt.want)
		}
		if st, err := d.parse(tt.query, false); err != nil || st.sql(d.Bind) != tt.query {
			t.Errorf("%s %q changes without parameters", tt.dialect, tt.query)
		}
	}
}

func TestMixedPlaceholders(t *testing.T) {
	d := SQLite()
	for _, query := range []string{"? :a", ":a $b", "$a ?"} {
		if _, err := d.parse(query, true); !errors.Is(err, ErrMixedStyles) {
			t.Errorf("%q: %v", query, err)
		}
	}
	pg := PostgreSQL()
	if _, err := pg.parse("$a ?", true); err != nil {
		t.Error(err)
	}
}

func TestInterpolate(t *testing.T) {
	d := Interpolated(strings.ToUpper)
	st, err := d.parse("a/$x/$y/$z", true)
	if err != nil {
		t.Fatal(err)
	}
	args, err := st.bind(Named{"x": "$y", "y": 7})
	if err != nil {
		t.Fatal(err)
	}
	if got := st.interpolate(args, d.Escape); got != "a/$Y/7/" {
		t.Error(got)
	}
}

// FuzzPlaceholders checks that a query with other placeholders has nothing
// else changed, and that those in it are found again.
func FuzzPlaceholders(f *testing.F) {
	for _, s := range []string{"a=? and b=?", ":a::text", "'it''s' ?", "$$ ? $$ ?", "/* /* */ ? */", `E'\'' ?`, "$x$ ? $x$", "`?`[?]", "--\n?#\n?"} {
		f.Add(s)
	}
	dialects := []Dialect{SQLite(), PostgreSQL(), MySQL(), ANSI(), Interpolated(nil)}
	f.Fuzz(func(t *testing.T, query string) {
		for i := range dialects {
			d := &dialects[i]
			st, err := d.parse(query, true)
			if err != nil {
				continue
			}
			n := 0
			same := st.sql(func(i int) string {
				n++
				if r := st.refs[i-1]; r.number == 0 {
					return query[len(strings.Join(st.parts[:i], ""))+nameBytes(st.refs[:i-1]):][:1] + r.name
				}
				return "?"
			})
			if same != query || n != len(st.refs) {
				t.Errorf("%q became %q", query, same)
			}
			if d.Bind == nil {
				continue
			}
			again, err := d.parse(st.sql(func(int) string { return "?" }), true)
			if err != nil || len(again.refs) != len(st.refs) {
				t.Errorf("%q: %d placeholders, then %v, %v", query, len(st.refs), again, err)
			}
		}
	})
}

// nameBytes counts the bytes of placeholders.
func nameBytes(refs []ref) (n int) {
	for _, r := range refs {
		n += 1 + len(r.name)
	}
	return n
}
