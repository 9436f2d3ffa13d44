package macro

import (
	"strconv"
	"strings"
	"time"
)

// appendTime appends t as strftime of the C library formats it in the C
// locale, with the flags - and _. What is no conversion stays as it is.
func appendTime(dst []byte, format string, t time.Time) []byte {
	for {
		i := strings.IndexByte(format, '%')
		if i < 0 || i+1 == len(format) {
			return append(dst, format...)
		}
		dst = append(dst, format[:i]...)
		format = format[i:]
		length, pad := 2, byte(0)
		if (format[1] == '-' || format[1] == '_') && len(format) > 2 {
			length, pad = 3, format[1]
		}
		dst = appendConversion(dst, format[:length], format[length-1], pad, t)
		format = format[length:]
	}
}

// appendConversion appends one conversion; written is how it stands in the
// format.
func appendConversion(dst []byte, written string, letter, pad byte, t time.Time) []byte {
	if layout := timeLayout(letter); layout != "" {
		return t.AppendFormat(dst, layout)
	}
	if composite := timeComposite(letter); composite != "" {
		return appendTime(dst, composite, t)
	}
	switch letter {
	case '%':
		return append(dst, '%')
	case 'n':
		return append(dst, '\n')
	case 't':
		return append(dst, '\t')
	case 's':
		return strconv.AppendInt(dst, t.Unix(), 10)
	}
	n, width, fill, ok := timeNumber(letter, t)
	if !ok {
		return append(dst, written...)
	}
	switch pad {
	case '-':
		width = 0
	case '_':
		fill = ' '
	}
	var buf [20]byte
	digits := strconv.AppendInt(buf[:0], int64(n), 10)
	for i := len(digits); i < width; i++ {
		dst = append(dst, fill)
	}
	return append(dst, digits...)
}

func timeLayout(letter byte) string {
	switch letter {
	case 'a':
		return "Mon"
	case 'A':
		return "Monday"
	case 'b', 'h':
		return "Jan"
	case 'B':
		return "January"
	case 'p':
		return "PM"
	case 'P':
		return "pm"
	case 'z':
		return "-0700"
	case 'Z':
		return "MST"
	}
	return ""
}

func timeComposite(letter byte) string {
	switch letter {
	case 'c':
		return "%a %b %e %H:%M:%S %Y"
	case 'D', 'x':
		return "%m/%d/%y"
	case 'F':
		return "%Y-%m-%d"
	case 'r':
		return "%I:%M:%S %p"
	case 'R':
		return "%H:%M"
	case 'T', 'X':
		return "%H:%M:%S"
	}
	return ""
}

// timeNumber gives the number of a conversion, its width and what fills it.
func timeNumber(letter byte, t time.Time) (n, width int, fill byte, ok bool) {
	year, week := t.ISOWeek()
	switch letter {
	case 'C':
		return t.Year() / 100, 2, '0', true
	case 'd':
		return t.Day(), 2, '0', true
	case 'e':
		return t.Day(), 2, ' ', true
	case 'g':
		return year % 100, 2, '0', true
	case 'G':
		return year, 4, '0', true
	case 'H':
		return t.Hour(), 2, '0', true
	case 'k':
		return t.Hour(), 2, ' ', true
	case 'I':
		return (t.Hour()+11)%12 + 1, 2, '0', true
	case 'l':
		return (t.Hour()+11)%12 + 1, 2, ' ', true
	case 'j':
		return t.YearDay(), 3, '0', true
	case 'm':
		return int(t.Month()), 2, '0', true
	case 'M':
		return t.Minute(), 2, '0', true
	case 'S':
		return t.Second(), 2, '0', true
	case 'u':
		return (int(t.Weekday())+6)%7 + 1, 1, '0', true
	case 'U':
		return (t.YearDay() + 6 - int(t.Weekday())) / 7, 2, '0', true
	case 'V':
		return week, 2, '0', true
	case 'w':
		return int(t.Weekday()), 1, '0', true
	case 'W':
		return (t.YearDay() + 6 - (int(t.Weekday())+6)%7) / 7, 2, '0', true
	case 'y':
		return t.Year() % 100, 2, '0', true
	case 'Y':
		return t.Year(), 1, '0', true
	}
	return 0, 0, 0, false
}
