package commtouch

import (
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/ctasd"
)

// Class is what kind of mail it is.
type Class int

// The classes.
const (
	Unknown Class = iota
	Confirmed
	Bulk
	Suspected
	NonSpam
)

// Threat is how likely a mail spreads a virus.
type Threat int

// The threats.
const (
	ThreatUnknown Threat = iota
	ThreatVirus
	ThreatHigh
	ThreatMedium
	ThreatNonVirus
)

// word is one thing in the vocabularies of ctasd, of the function and of the
// message variables.
type word struct{ wire, result, variable string }

var classes = [...]word{
	Unknown:   {ctasd.SpamUnknown, "Unknown", "unknown"},
	Confirmed: {ctasd.SpamConfirmed, "Spam", "confirmed"},
	Bulk:      {ctasd.SpamBulk, "Bulk", "bulk"},
	Suspected: {ctasd.SpamSuspected, "Suspected", "suspect"},
	NonSpam:   {ctasd.SpamNonSpam, "None", "none"},
}

var threats = [...]word{
	ThreatUnknown:  {ctasd.VODUnknown, "unknown", "unknown"},
	ThreatVirus:    {ctasd.VODVirus, "virus", "virus"},
	ThreatHigh:     {ctasd.VODHigh, "high", "high"},
	ThreatMedium:   {ctasd.VODMedium, "medium", "medium"},
	ThreatNonVirus: {ctasd.VODNonVirus, "non-virus", "nonvirus"},
}

// String gives the word of the Lua function, "Spam" for Confirmed.
func (c Class) String() string { return find(classes[:], int(c)).result }

// Variable gives the word of the variable commtouch-class.
func (c Class) Variable() string { return find(classes[:], int(c)).variable }

// String gives the word of the Lua function.
func (t Threat) String() string { return find(threats[:], int(t)).result }

// Variable gives the word of the variable commtouch-virus-threat.
func (t Threat) Variable() string { return find(threats[:], int(t)).variable }

func find(list []word, i int) word {
	if i < 0 || i >= len(list) {
		i = 0
	}
	return list[i]
}

// diagnosisOf reads a result in ctasd's words, or derives what they would be.
func diagnosisOf(res *scan.Result) Diagnosis {
	d := Diagnosis{RefID: res.RefID}
	if res.Spam {
		d.Class = Confirmed
	}
	if res.Verdict == scan.Infected {
		d.Threat = ThreatVirus
	}
	if s, ok := res.Detail[ctasd.FieldSpam]; ok {
		d.Class = Class(indexOf(classes[:], s))
	}
	if s, ok := res.Detail[ctasd.FieldVOD]; ok {
		d.Threat = Threat(indexOf(threats[:], s))
	}
	if s, ok := res.Detail[ctasd.FieldRefID]; ok {
		d.RefID = s
	}
	return d
}

// indexOf finds ctasd's word; one that is not known is Unknown.
func indexOf(list []word, wire string) int {
	for i, w := range list {
		if w.wire == wire {
			return i
		}
	}
	return 0
}
