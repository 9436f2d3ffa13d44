package db

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// sqlValue gives a value of database/sql as a driver of this package does.
// typ is the database's name for the column's type, in upper case.
func sqlValue(v any, typ string) any {
	switch v := v.(type) {
	case nil, bool, int64, float64:
		return v
	case string:
		return textValue(v, typ)
	case []byte:
		if strings.Contains(typ, "BLOB") || strings.Contains(typ, "BINARY") || typ == "BYTEA" || typ == "" {
			return string(v)
		}
		return textValue(string(v), typ)
	case time.Time:
		return printTime(v, typ)
	}
	if b, ok := basic(v); ok {
		return b
	}
	return fmt.Sprint(v)
}

// textValue gives what a driver hands over as text: numbers without limit on
// their digits become numbers, as scripts compare them.
func textValue(s, typ string) any {
	switch typ {
	case "NUMERIC", "DECIMAL":
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsInf(f, 0) || f == math.Trunc(f) && math.Abs(f) >= 1<<53 {
			return s
		}
		return f
	}
	return Text(s)
}

// printTime gives a date or time as databases print them.
func printTime(t time.Time, typ string) string {
	layout := "2006-01-02 15:04:05.999999"
	hour, minute, second := t.Clock()
	midnight := hour|minute|second|t.Nanosecond() == 0
	_, offset := t.Zone()
	switch {
	case typ == "DATE" && midnight:
		layout = "2006-01-02"
	case typ == "TIMESTAMPTZ" && offset%3600 == 0:
		layout += "-07"
	case typ == "TIMESTAMPTZ" || offset != 0:
		layout += "-07:00"
	}
	return t.Format(layout)
}
