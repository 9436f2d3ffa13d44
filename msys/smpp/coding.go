package smpp

import "fmt"

// DataCodingName gives the name of a data_coding (SMPP 3.4 section 5.2.19) as
// policies and configurations write it; "unknown (n)" for others.
func DataCodingName(n int) string {
	switch n {
	case 0:
		return "Default"
	case 1:
		return "Ascii"
	case 2, 4:
		return "Octet"
	case 3:
		return "Latin-1"
	case 5:
		return "JIS"
	case 6:
		return "Cyrillic"
	case 7:
		return "Hebrew"
	case 8:
		return "UCS2"
	case 9:
		return "Pictogram"
	case 10:
		return "ISO-2022-JP"
	case 13:
		return "Extended Kanji"
	case 14:
		return "KS C 5601"
	}
	return fmt.Sprintf("unknown (%d)", n)
}
