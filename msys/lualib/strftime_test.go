package lualib

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestAppendTime(t *testing.T) {
	berlin := location(t, "Europe/Berlin")
	evening := time.Date(2024, 2, 9, 21, 5, 7, 0, berlin)
	tests := []struct {
		t            time.Time
		format, want string
	}{
		{evening, "%a|%A|%b|%B|%h", "Fri|Friday|Feb|February|Feb"},
		{evening, "%c", "Fri Feb  9 21:05:07 2024"},
		{evening, "%C|%d|%D|%e|%F", "20|09|02/09/24| 9|2024-02-09"},
		{evening, "%H|%I|%j|%k|%l|%m|%M|%S", "21|09|040|21| 9|02|05|07"},
		{evening, "%p|%P|%r|%R|%T", "PM|pm|09:05:07 PM|21:05|21:05:07"},
		{evening, "%s|%u|%w|%U|%V|%W", "1707509107|5|5|05|06|06"},
		{evening, "%g|%G|%x|%X|%y|%Y", "24|2024|02/09/24|21:05:07|24|2024"},
		{evening, "%z|%Z|%n|%t|%%", "+0100|CET|\n|\t|%"},
		{evening, "%Ec|%EC|%Ex|%EX|%Ey|%EY", "Fri Feb  9 21:05:07 2024|20|02/09/24|21:05:07|24|2024"},
		{evening, "%Od|%Oe|%OH|%OI|%Om|%OM|%OS|%Ou|%OU|%OV|%Ow|%OW|%Oy", "09| 9|21|09|02|05|07|5|05|06|5|06|24"},
		{evening, "%-d|%-m|%-H|%-I|%-j|%_d|%_j|%0e|%0k|%^a|%^B|%#a|%#p|%#Z|%^c", "9|2|21|9|40| 9| 40|09|21|FRI|FEBRUARY|FRI|pm|cet|FRI FEB  9 21:05:07 2024"},
		{evening, "", ""},
		{evening, "no specifier \x00\xff", "no specifier \x00\xff"},
		{evening.AddDate(0, 5, 0), "%Z %z %H", "CEST +0200 21"},
		{time.Date(2024, 1, 1, 0, 30, 0, 0, time.UTC), "%I|%l|%p|%r", "12|12|AM|12:30:00 AM"},
		{time.Date(2024, 1, 1, 12, 30, 0, 0, time.UTC), "%I|%l|%p", "12|12|PM"},
		{time.Date(2021, 1, 3, 0, 0, 0, 0, time.UTC), "%G-W%V-%u %g %U %W %j", "2020-W53-7 20 01 00 003"},
		{time.Date(2018, 12, 31, 0, 0, 0, 0, time.UTC), "%G-W%V-%u %U %W %j", "2019-W01-1 52 53 365"},
		{time.Date(2000, 12, 31, 0, 0, 0, 0, time.UTC), "%j %U %y %C", "366 53 00 20"},
		{time.Date(5, 3, 4, 0, 0, 0, 0, time.UTC), "%Y|%C|%y|%F", "5|0|05|5-03-04"},
		{time.Date(-5, 3, 4, 0, 0, 0, 0, time.UTC), "%Y|%C|%y", "-5|-1|95"},
		{time.Date(12345, 3, 4, 0, 0, 0, 0, time.UTC), "%Y|%C|%y", "12345|123|45"},
		{time.Unix(-1, 0).UTC(), "%s %F %T", "-1 1969-12-31 23:59:59"},
	}
	for _, tt := range tests {
		got, invalid := appendTime(nil, tt.format, tt.t)
		if string(got) != tt.want || invalid != "" {
			t.Errorf("%q gives %q %q, want %q", tt.format, got, invalid, tt.want)
		}
	}
	for _, format := range []string{"%", "%9", "%E", "%O", "%Ea", "%Oz", "%Q", "%-", "%^", "%10Y", "%N", "%\x00", "%\xff", "ok %d %"} {
		if _, invalid := appendTime(nil, format, evening); invalid == "" {
			t.Errorf("%q is taken for a format", format)
		}
	}
}

// FuzzAppendTime compares with the layouts of package time.
func FuzzAppendTime(f *testing.F) {
	layouts := map[byte]string{
		'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'c': "Mon Jan _2 15:04:05 2006",
		'd': "02", 'D': "01/02/06", 'e': "_2", 'F': "2006-01-02", 'h': "Jan", 'H': "15", 'I': "03",
		'j': "002", 'm': "01", 'M': "04", 'p': "PM", 'P': "pm", 'r': "03:04:05 PM", 'R': "15:04",
		'S': "05", 'T': "15:04:05", 'x': "01/02/06", 'X': "15:04:05", 'y': "06", 'Y': "2006", 'z': "-0700", 'Z': "MST",
	}
	f.Add("%Y-%m-%d %H:%M:%S", int64(0))
	f.Add("%c %%%n%Ex %-d", int64(1707509107))
	f.Add("%a%A%b%B%p%P%r", int64(-62135596800))
	f.Add("%", int64(1))
	zones := []*time.Location{time.UTC, location(f, "America/New_York"), location(f, "Asia/Kolkata")}
	f.Fuzz(func(t *testing.T, format string, seconds int64) {
		if seconds < -62135596800 || seconds >= 253402300800 {
			seconds %= 253402300800 // years with four digits
			seconds = max(seconds, -seconds)
		}
		at := time.Unix(seconds, 0).In(zones[uint64(seconds)%uint64(len(zones))])
		got, invalid := appendTime(nil, format, at)
		if invalid != "" {
			if !strings.Contains(format, invalid) {
				t.Fatalf("%q is not in %q", invalid, format)
			}
			return
		}
		var want strings.Builder
		for i := 0; i < len(format); i++ {
			if format[i] != '%' {
				want.WriteByte(format[i])
				continue
			}
			i++
			layout, ok := layouts[format[i]]
			if !ok || at.Year() < 1000 {
				return
			}
			want.WriteString(at.Format(layout))
		}
		if string(got) != want.String() {
			t.Fatalf("%q at %v gives %q, package time %q", format, at, got, want.String())
		}
	})
}
