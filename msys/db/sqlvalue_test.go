package db

import (
	"testing"
	"time"
)

func TestSQLValues(t *testing.T) {
	east := time.FixedZone("", 2*3600)
	india := time.FixedZone("", 5*3600+1800)
	day := time.Date(2020, 5, 6, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		v    any
		typ  string
		want any
	}{
		{nil, "TEXT", nil},
		{true, "BOOL", true},
		{int64(7), "INT8", int64(7)},
		{uint64(1 << 63), "UNSIGNED BIGINT", "9223372036854775808"},
		{float32(1.5), "FLOAT", 1.5},
		{"x", "TEXT", Text("x")},
		{[]byte("x"), "VARCHAR", Text("x")},
		{[]byte("x\xff"), "BLOB", "x\xff"},
		{[]byte("x\xff"), "VARBINARY", "x\xff"},
		{[]byte("x\xff"), "BYTEA", "x\xff"},
		{"12.50", "NUMERIC", 12.5},
		{[]byte("12"), "DECIMAL", int64(12)},
		{"123456789012345678901234567890", "NUMERIC", "123456789012345678901234567890"},
		{"9007199254740993.0", "NUMERIC", "9007199254740993.0"},
		{"Infinity", "NUMERIC", "Infinity"},
		{"nonsense", "NUMERIC", "nonsense"},
		{day, "DATE", "2020-05-06"},
		{day, "TIMESTAMP", "2020-05-06 00:00:00"},
		{day.Add(25*time.Hour + 1500*time.Microsecond), "DATE", "2020-05-07 01:00:00.0015"},
		{day, "TIMESTAMPTZ", "2020-05-06 00:00:00+00"},
		{day.In(east), "TIMESTAMPTZ", "2020-05-06 02:00:00+02"},
		{day.In(india), "TIMESTAMPTZ", "2020-05-06 05:30:00+05:30"},
		{day.In(east), "DATETIME", "2020-05-06 02:00:00+02:00"},
		{time.Second, "", "1s"},
	} {
		if got := sqlValue(tt.v, tt.typ); got != tt.want {
			t.Errorf("%v %s: %#v, want %#v", tt.v, tt.typ, got, tt.want)
		}
	}
}
