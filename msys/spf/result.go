package spf

// Value is the outcome of a check (RFC 7208 section 2.6).
type Value string

// The outcomes.
const (
	None      Value = "none"
	Neutral   Value = "neutral"
	Pass      Value = "pass"
	Fail      Value = "fail"
	SoftFail  Value = "softfail"
	TempError Value = "temperror"
	PermError Value = "permerror"
)

// Result is what a check gives.
type Result struct {
	Value Value
	// Domain is the domain whose record was evaluated, with A-labels; "" if
	// there was none to look at.
	Domain string
	// Sender is the mailbox that was checked: for the null sender,
	// postmaster at the HELO name.
	Sender string
	// NXDomain says that the domain has no TXT, MX or address records, so
	// that nothing could be sent back to it. Value is None then.
	NXDomain bool
	// Mechanism says what led to the value: "matched ip", "lookup limit
	// reached"; "default" if nothing matched.
	Mechanism string
	// Text is the text for a reply about the value, "" for those that need
	// none.
	Text string

	request Request
}

// Texts are the texts of replies for some outcomes, Result.Text. Those that
// are empty have defaults.
type Texts struct {
	Fail      string // if empty, "SPF validation failure"
	SoftFail  string // if empty, "SPF validation soft failure"
	NXDomain  string // if empty, "Could not resolve sender's domain"
	TempError string // if empty, "Temporary SPF failure"; Sender ID has none
}

// text gives the text for an outcome.
func (t *Texts) text(r *Result) string {
	switch {
	case r.NXDomain:
		return or(t.NXDomain, "Could not resolve sender's domain")
	case r.Value == Fail:
		return or(t.Fail, "SPF validation failure")
	case r.Value == SoftFail:
		return or(t.SoftFail, "SPF validation soft failure")
	case r.Value == TempError && r.request.Scope == SPF:
		return or(t.TempError, "Temporary SPF failure")
	}
	return ""
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}
