package lualib

import (
	"math"
	"time"

	lua "github.com/Shopify/go-lua"
)

// maxTime bounds the times that C can split into fields: their year is an int.
const maxTime = 67_768_036_191_676_799

// date is os.date.
func (lib *osLibrary) date(l *lua.State) int {
	a := args{l, "os.date"}
	format := a.optStr(1, "%c")
	t := lib.now()
	if !a.missing(2) {
		seconds := math.Trunc(a.num(2))
		if !(math.Abs(seconds) <= maxTime) {
			l.PushNil()
			return 1
		}
		t = time.Unix(int64(seconds), 0)
	}
	if format != "" && format[0] == '!' {
		format, t = format[1:], t.In(lib.utc)
	} else {
		t = t.In(lib.location)
	}
	if format == "*t" {
		pushDate(l, t)
		return 1
	}
	text, invalid := appendTime(nil, format, t)
	if invalid != "" {
		a.fail(1, "invalid conversion specifier '"+invalid+"'")
	}
	pushString(l, string(text))
	return 1
}

// pushDate pushes the table of the fields of t.
func pushDate(l *lua.State, t time.Time) {
	l.CreateTable(0, 9)
	for _, field := range []struct {
		name  string
		value int
	}{
		{"sec", t.Second()}, {"min", t.Minute()}, {"hour", t.Hour()},
		{"day", t.Day()}, {"month", int(t.Month())}, {"year", t.Year()},
		{"wday", int(t.Weekday()) + 1}, {"yday", t.YearDay()},
	} {
		pushInt(l, field.value)
		l.SetField(-2, field.name)
	}
	l.PushBoolean(t.IsDST())
	l.SetField(-2, "isdst")
}

// time is os.time.
func (lib *osLibrary) time(l *lua.State) int {
	a := args{l, "os.time"}
	if a.missing(1) {
		l.PushNumber(float64(lib.now().Unix()))
		return 1
	}
	a.table(1)
	sec, minute, hour := dateField(a, "sec", 0), dateField(a, "min", 0), dateField(a, "hour", 12)
	day, month, year := dateField(a, "day", -1), dateField(a, "month", -1), dateField(a, "year", -1)
	l.Field(1, "isdst")
	known, dst := !l.IsNil(-1), l.ToBoolean(-1)
	l.Pop(1)
	for _, n := range []int{sec, minute, hour, day, month, year} {
		if n != int(int32(n)) { // beyond the fields of C
			l.PushNil()
			return 1
		}
	}
	t := time.Date(year, time.Month(month), day, hour, minute, sec, 0, lib.location)
	seconds := t.Unix()
	if known && t.IsDST() != dst {
		seconds = withDST(t, dst)
	}
	l.PushNumber(float64(seconds))
	return 1
}

// dateField returns a field of the table that is argument 1. absent is its
// default, negative if it has none.
func dateField(a args, name string, absent int) int {
	a.l.Field(1, name)
	v := a.l.ToValue(-1)
	a.l.Pop(1)
	switch v := v.(type) {
	case float64:
		return truncate(v)
	case string:
		if n, ok := ParseNumber(v); ok {
			return truncate(n)
		}
	}
	if absent < 0 {
		a.errorf("field '%s' missing in date table", name)
	}
	return absent
}

// withDST returns the time of t's clock face under the nearest rule of its
// location that has, or has not, daylight saving; t's own time if there is
// none within the years that C libraries look at.
func withDST(t time.Time, dst bool) int64 {
	const years = 17 * 366 * 24 * time.Hour
	_, offset := t.Zone()
	face := t.Unix() + int64(offset)
	start, end := t.ZoneBounds()
	for before, after := start, end; ; {
		var candidates []time.Time
		if !before.IsZero() && t.Sub(before) < years {
			candidates = append(candidates, before.Add(-time.Second))
		}
		if !after.IsZero() && after.Sub(t) < years {
			candidates = append(candidates, after)
		}
		if len(candidates) == 0 {
			return t.Unix()
		}
		for _, c := range candidates {
			if c.IsDST() == dst {
				_, offset := c.Zone()
				return face - int64(offset)
			}
		}
		if !before.IsZero() {
			before, _ = before.Add(-time.Second).ZoneBounds()
		}
		if !after.IsZero() {
			_, after = after.ZoneBounds()
		}
	}
}
