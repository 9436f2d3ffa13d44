package lualib

import (
	"strconv"
	"strings"
	"time"
)

// appendTime appends t to dst as format says, in the way of strftime of the C
// library in the C locale, with the flags - _ 0 ^ and # of the GNU library.
// It returns the conversion specifier that is none, if it meets one.
func appendTime(dst []byte, format string, t time.Time) (_ []byte, invalid string) {
	for {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			return append(dst, format...), ""
		}
		dst = append(dst, format[:i]...)
		format = format[i:]
		spec, length := parseTimeSpec(format)
		if length == 0 {
			return dst, format[:min(len(format), 2)]
		}
		format = format[length:]
		dst = spec.append(dst, t)
	}
}

// timeSpec is one conversion specifier.
type timeSpec struct {
	letter byte
	pad    byte // the flag - _ or 0, or 0
	upper  bool // the flag ^
	swap   bool // the flag #
}

const timeLetters = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%"

// parseTimeSpec reads the specifier that s begins with. It returns its
// length, 0 if there is none.
func parseTimeSpec(s string) (spec timeSpec, length int) {
	i := 1
	for ; i < len(s); i++ {
		switch s[i] {
		case '-', '_', '0':
			spec.pad = s[i]
			continue
		case '^':
			spec.upper = true
			continue
		case '#':
			spec.swap = true
			continue
		}
		break
	}
	letters := timeLetters
	if i < len(s) {
		switch s[i] { // alternatives, which the C locale has none of
		case 'E':
			letters = "cCxXyY"
			i++
		case 'O':
			letters = "deHImMSuUVwWy"
			i++
		}
	}
	if i >= len(s) || strings.IndexByte(letters, s[i]) < 0 {
		return spec, 0
	}
	spec.letter = s[i]
	return spec, i + 1
}

func (f timeSpec) append(dst []byte, t time.Time) []byte {
	begin := len(dst)
	if layout := compositeLayout(f.letter); layout != "" {
		dst, _ = appendTime(dst, layout, t)
	} else if text, ok := f.text(t); ok {
		dst = append(dst, text...)
	} else {
		n, width, pad := f.number(t)
		dst = f.appendNumber(dst, n, width, pad)
	}
	if f.upper {
		upper(dst[begin:])
	}
	return dst
}

// compositeLayout returns the format that a letter is short for.
func compositeLayout(letter byte) string {
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

// text returns the conversions that are no numbers.
func (f timeSpec) text(t time.Time) (_ string, ok bool) {
	swapped := func(s string, swap func(string) string) (string, bool) {
		if f.swap {
			s = swap(s)
		}
		return s, true
	}
	switch f.letter {
	case 'a':
		return swapped(t.Weekday().String()[:3], strings.ToUpper)
	case 'A':
		return swapped(t.Weekday().String(), strings.ToUpper)
	case 'b', 'h':
		return swapped(t.Month().String()[:3], strings.ToUpper)
	case 'B':
		return swapped(t.Month().String(), strings.ToUpper)
	case 'p', 'P':
		half := "AM"
		if t.Hour() >= 12 {
			half = "PM"
		}
		if f.letter == 'P' {
			return strings.ToLower(half), true
		}
		return swapped(half, strings.ToLower)
	case 'Z':
		zone, _ := t.Zone()
		return swapped(zone, strings.ToLower)
	case 'z':
		return t.Format("-0700"), true
	case 'n':
		return "\n", true
	case 't':
		return "\t", true
	case '%':
		return "%", true
	}
	return "", false
}

// number returns the other conversions: the value, its least width, and what
// fills it up.
func (f timeSpec) number(t time.Time) (n int64, width int, pad byte) {
	// weeks counts from the first day of a week that begins on a day.
	weeks := func(sinceFirst int) int64 { return int64((t.YearDay() + 6 - sinceFirst) / 7) }
	two := func(n int) (int64, int, byte) { return int64(n), 2, '0' }
	year, isoWeek := t.ISOWeek()
	switch f.letter {
	case 'C':
		return floorDiv(int64(t.Year()), 100), 1, '0'
	case 'd':
		return two(t.Day())
	case 'e':
		return int64(t.Day()), 2, ' '
	case 'g':
		return two(int(floorMod(int64(year), 100)))
	case 'G':
		return int64(year), 1, '0'
	case 'H':
		return two(t.Hour())
	case 'I':
		return two((t.Hour()+11)%12 + 1)
	case 'j':
		return int64(t.YearDay()), 3, '0'
	case 'k':
		return int64(t.Hour()), 2, ' '
	case 'l':
		return int64((t.Hour()+11)%12 + 1), 2, ' '
	case 'm':
		return two(int(t.Month()))
	case 'M':
		return two(t.Minute())
	case 's':
		return t.Unix(), 1, '0'
	case 'S':
		return two(t.Second())
	case 'u':
		return int64((t.Weekday()+6)%7 + 1), 1, '0'
	case 'U':
		return weeks(int(t.Weekday())), 2, '0'
	case 'V':
		return two(isoWeek)
	case 'w':
		return int64(t.Weekday()), 1, '0'
	case 'W':
		return weeks(int(t.Weekday()+6) % 7), 2, '0'
	case 'y':
		return two(int(floorMod(int64(t.Year()), 100)))
	}
	return int64(t.Year()), 1, '0' // 'Y'
}

func (f timeSpec) appendNumber(dst []byte, n int64, width int, pad byte) []byte {
	switch f.pad {
	case '-':
		width = 1
	case '_':
		pad = ' '
	case '0':
		pad = '0'
	}
	digits := strconv.FormatInt(n, 10)
	dst = appendRepeated(dst, pad, width-len(digits))
	return append(dst, digits...)
}

func floorDiv(a, b int64) int64 { return (a - floorMod(a, b)) / b }

func floorMod(a, b int64) int64 {
	if a %= b; a < 0 {
		a += b
	}
	return a
}
