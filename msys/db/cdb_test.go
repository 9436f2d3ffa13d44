package db

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// makeCDB writes a constant database of pairs of key and value.
func makeCDB(pairs [][2]string) []byte {
	type slot struct{ hash, at uint32 }
	var tables [cdbTables][]slot
	file := make([]byte, cdbHeader)
	number := func(n int) { file = binary.LittleEndian.AppendUint32(file, uint32(n)) }
	for _, p := range pairs {
		h := cdbHash(p[0])
		tables[h%cdbTables] = append(tables[h%cdbTables], slot{h, uint32(len(file))})
		number(len(p[0]))
		number(len(p[1]))
		file = append(file, p[0]...)
		file = append(file, p[1]...)
	}
	for i, slots := range tables {
		n := uint32(2 * len(slots))
		binary.LittleEndian.PutUint32(file[8*i:], uint32(len(file)))
		binary.LittleEndian.PutUint32(file[8*i+4:], n)
		table := make([]slot, n)
		for _, s := range slots {
			at := s.hash / cdbTables % n
			for table[at].at != 0 {
				at = (at + 1) % n
			}
			table[at] = s
		}
		for _, s := range table {
			number(int(s.hash))
			number(int(s.at))
		}
	}
	return file
}

func findAll(file []byte, key string) (values []string, err error) {
	err = cdbFile{bytes.NewReader(file), int64(len(file))}.find(key, func(v string) error {
		values = append(values, v)
		return nil
	})
	return values, err
}

func TestCDB(t *testing.T) {
	pairs := [][2]string{{"one", "Hello"}, {"this", "is second"}, {"one", "again"}, {"", "empty key"}, {"empty", ""}, {"bytes\x00", "\xff\x00"}}
	for i := range 2000 {
		pairs = append(pairs, [2]string{fmt.Sprint("key", i), fmt.Sprint("value", i)})
	}
	file := makeCDB(pairs)
	want := map[string][]string{"none": nil, "key2000": nil}
	for _, p := range pairs {
		want[p[0]] = append(want[p[0]], p[1])
	}
	for key, values := range want {
		got, err := findAll(file, key)
		if err != nil || !slices.Equal(got, values) {
			t.Errorf("%q: %q, %v", key, got, err)
		}
	}
	boom := errors.New("boom")
	if err := (cdbFile{bytes.NewReader(file), int64(len(file))}).find("one", func(string) error { return boom }); err != boom {
		t.Error(err)
	}
}

// TestCDBHash has an example of the hash that the format's description gives.
func TestCDBHash(t *testing.T) {
	if h := cdbHash(""); h != 5381 {
		t.Error(h)
	}
	if h := cdbHash("a"); h != 5381*33^'a' {
		t.Error(h)
	}
}

func TestDamagedCDB(t *testing.T) {
	file := makeCDB([][2]string{{"one", "Hello"}})
	if _, err := findAll(file[:len(file)-1], "one"); !errors.Is(err, errCorruptCDB) {
		t.Error("cut off:", err)
	}
	if _, err := findAll(nil, "one"); !errors.Is(err, errCorruptCDB) {
		t.Error("empty:", err)
	}
	long := slices.Clone(file)
	binary.LittleEndian.PutUint32(long[cdbHeader+4:], 1<<31)
	if _, err := findAll(long, "one"); !errors.Is(err, errCorruptCDB) {
		t.Error("value of 2 GB:", err)
	}
}

func TestCDBSource(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.cdb")
	write := func(pairs ...[2]string) {
		t.Helper()
		if err := os.WriteFile(path+".new", makeCDB(pairs), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
	write([2]string{"k1", "a"}, [2]string{"k1", "b"}, [2]string{"k2", "c"})
	s, err := Open(Config{URI: []string{"cdb:" + path}, NoCache: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ask := func(query string, args Args) (got []string) {
		t.Helper()
		rows, err := s.Query(t.Context(), query, args, nil)
		if err != nil {
			t.Fatal(err)
		}
		for row := range rows.All() {
			got = append(got, row.At(0).(string))
		}
		return got
	}
	if got := ask("k1", nil); !slices.Equal(got, []string{"a", "b"}) {
		t.Error(got)
	}
	if got := ask("k$n", Named{"n": 2}); !slices.Equal(got, []string{"c"}) {
		t.Error(got)
	}
	if got := ask("none", nil); len(got) != 0 {
		t.Error(got)
	}
	write([2]string{"k2", "a longer one"})
	if got := ask("k2", nil); !slices.Equal(got, []string{"a longer one"}) {
		t.Error("after the file was replaced:", got)
	}
	if err := s.Exec(t.Context(), "k2", nil); !errors.Is(err, ErrReadOnly) {
		t.Error(err)
	}
}

// FuzzCDB reads damaged files: no panic, an end, and no value that is not in
// the file.
func FuzzCDB(f *testing.F) {
	f.Add(makeCDB([][2]string{{"one", "Hello"}, {"one", "again"}}), "one")
	f.Add(makeCDB(nil), "")
	f.Add([]byte("short"), "x")
	f.Fuzz(func(t *testing.T, file []byte, key string) {
		values, err := findAll(file, key)
		if err != nil {
			return
		}
		for _, v := range values {
			if !bytes.Contains(file, []byte(key+v)) {
				t.Errorf("%q is not in the file", v)
			}
		}
	})
}
