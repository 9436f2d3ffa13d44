package smpp

import "strings"

// Receipt is a delivery receipt of an SMSC (SMPP 3.4 appendix B). The fields
// are texts as they came: SMSCs differ in their forms.
type Receipt struct {
	ID         string // message id
	Sub        string // number of messages submitted
	Dlvrd      string // number of messages delivered
	SubmitDate string // YYMMDDhhmm, perhaps with seconds
	DoneDate   string
	Stat       string // DELIVRD, EXPIRED, DELETED, UNDELIV, ACCEPTD, UNKNOWN, REJECTD
	Err        string // network or SMSC error
	Text       string // beginning of the message
}

// receiptKeys are the names of the fields in receipts. A longer one comes
// before one that it begins with.
var receiptKeys = []struct {
	name  string
	field func(*Receipt) *string
}{
	{"submit date", func(r *Receipt) *string { return &r.SubmitDate }},
	{"submit_date", func(r *Receipt) *string { return &r.SubmitDate }},
	{"done date", func(r *Receipt) *string { return &r.DoneDate }},
	{"done_date", func(r *Receipt) *string { return &r.DoneDate }},
	{"dlvrd", func(r *Receipt) *string { return &r.Dlvrd }},
	{"stat", func(r *Receipt) *string { return &r.Stat }},
	{"text", func(r *Receipt) *string { return &r.Text }},
	{"err", func(r *Receipt) *string { return &r.Err }},
	{"sub", func(r *Receipt) *string { return &r.Sub }},
	{"id", func(r *Receipt) *string { return &r.ID }},
}

// ParseReceipt reads the text of a delivery receipt:
//
//	id:7 sub:001 dlvrd:001 submit date:2506011200 done date:2506011201 stat:DELIVRD err:000 Text:Hello
//
// Names may be in any case and order; words that are no field are skipped. ok
// is false if the text does not begin with an id and has no stat.
func ParseReceipt(text string) (r Receipt, ok bool) { return parseReceipt(text, false) }

// parseReceipt is ParseReceipt; text that is known to be a receipt needs one of
// id and stat, anywhere.
func parseReceipt(text string, known bool) (r Receipt, ok bool) {
	rest := strings.TrimLeft(text, " \t\r\n")
	if !known && receiptKey(rest) != len(receiptKeys)-1 {
		return Receipt{}, false
	}
	seen := 0
	for rest != "" {
		key := receiptKey(rest)
		if key < 0 {
			_, rest = nextWord(rest)
			continue
		}
		rest = rest[len(receiptKeys[key].name)+1:]
		field := receiptKeys[key].field(&r)
		var value string
		if receiptKeys[key].name == "text" {
			value, rest = rest, ""
		} else {
			value, rest = receiptValue(rest)
		}
		if *field == "" {
			*field = value
		}
		seen |= 1 << key
	}
	if ok = r.ID != "" && r.Stat != "" || known && (r.ID != "" || r.Stat != ""); !ok {
		return Receipt{}, false
	}
	return r, true
}

// receiptKey gives the index of the field whose name and colon begin s, or -1.
func receiptKey(s string) int {
	for i, k := range receiptKeys {
		if n := len(k.name); len(s) > n && s[n] == ':' && strings.EqualFold(s[:n], k.name) {
			return i
		}
	}
	return -1
}

// receiptValue reads a value without spaces, which may stand behind some.
func receiptValue(s string) (value, rest string) {
	trimmed := strings.TrimLeft(s, " \t\r\n")
	if receiptKey(trimmed) >= 0 {
		return "", trimmed
	}
	return nextWord(trimmed)
}

// nextWord gives the bytes up to white space, and what follows that.
func nextWord(s string) (word, rest string) {
	i := strings.IndexAny(s, " \t\r\n")
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimLeft(s[i:], " \t\r\n")
}

// String gives the receipt in the form of appendix B.
func (r Receipt) String() string {
	return "id:" + r.ID + " sub:" + r.Sub + " dlvrd:" + r.Dlvrd + " submit date:" + r.SubmitDate + " done date:" + r.DoneDate +
		" stat:" + r.Stat + " err:" + r.Err + " Text:" + r.Text
}

// stateName gives the stat of a message_state (section 5.2.28), "" for 0.
func stateName(state uint8) string {
	switch state {
	case 0:
		return ""
	case 1:
		return "ENROUTE"
	case 2:
		return "DELIVRD"
	case 3:
		return "EXPIRED"
	case 4:
		return "DELETED"
	case 5:
		return "UNDELIV"
	case 6:
		return "ACCEPTD"
	case 8:
		return "REJECTD"
	}
	return "UNKNOWN"
}
