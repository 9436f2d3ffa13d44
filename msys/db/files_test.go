package db_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/db"
)

// fileReader reads files below a directory.
func fileReader(dir string) func(context.Context, string) ([]byte, error) {
	files := os.DirFS(dir)
	return func(_ context.Context, name string) ([]byte, error) {
		f, err := files.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(f)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"motd.txt":  "raw \xff bytes\r\n",
		"users.csv": "Ann,\"a, \"\"b\"\"\",30\n\nB\xf6b,x\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	reg := registry(t, &db.Options{
		ReadFile: fileReader(dir),
		Sources: map[string]db.Config{
			"csv": {URI: []string{"csv:"}, MaxRows: -1},
			"io":  {URI: []string{"iowrapper:"}},
		},
	})
	got := runLua(t, reg, `
		for row in msys.db.query("csv", "$which.csv", { which = "users" }) do
			print(#row, row[1], row[2], row[3])
		end
		local row = msys.db.fetch_row("io", "motd.txt")
		print(#row, row[1] == "raw \255 bytes\r\n")
		print(msys.db.fetch_row("io", "../secret", nil, { raise_error = false }))
		print(msys.db.execute("io", "motd.txt", nil, { raise_error = false }))
		print(msys.db.execute("csv", "motd.txt", nil, { raise_error = false }))`)
	want := "3\tAnn\ta, \"b\"\t30\n2\tB\u00f6b\tx\tnil\n1\ttrue\n" +
		"nil\topen ../secret: invalid argument\nfailed to execute: ../secret\n" +
		"false\tdatasource is read-only\nfailed to execute: motd.txt\n" +
		"false\tdatasource is read-only\nfailed to execute: motd.txt"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCharset(t *testing.T) {
	f := &fake{query: func(_ context.Context, uri, _ string, _ []any, row func([]string, []any) error) error {
		return row([]string{"text", "blob", "list"}, []any{db.Text(uri), uri, []string{uri}})
	}}
	for _, tt := range []struct{ charset, bytes, want string }{
		{"", "J\xf6rg", "J\u00f6rg"},
		{"", "J\u00f6rg", "J\u00f6rg"},
		{"", "\x80", "\u0080"},
		{"windows-1252", "\x80", "\u20ac"},
		{"Shift_JIS", "\x93\xfa\x96\x7b", "\u65e5\u672c"},
		{"iso-2022-jp", "\x1b$BF|K\\\x1b(B", "\u65e5\u672c"},
		{"iso-2022-jp", "ascii", "ascii"},
	} {
		reg := registry(t, &db.Options{
			Drivers: map[string]db.Driver{"fake": f},
			Sources: map[string]db.Config{"f": {URI: []string{"fake:" + tt.bytes}, AssumeCharset: tt.charset}},
		})
		s, _ := reg.Source("f")
		row, _, err := s.FetchRow(t.Context(), "q", nil, nil)
		if err != nil || row.Value("text") != tt.want || row.Value("blob") != tt.bytes {
			t.Errorf("%s %q: %q, %v", tt.charset, tt.bytes, row.Value("text"), err)
		}
		if diff := cmp.Diff([]string{tt.want}, row.Value("list")); diff != "" {
			t.Error(diff)
		}
		err = s.Each(t.Context(), "q", nil, func(_ []string, values []any) error {
			if values[0] != tt.want {
				t.Errorf("%q", values[0])
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
