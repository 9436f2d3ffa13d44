package expurgate

import "strconv"

// Major is the kind of a mail. The numbers are those of the constants
// msys.expurgate.TYPE_*.
type Major int

// The major types.
const (
	TypeUnknown Major = iota
	TypeClean
	TypeSuspect
	TypeSpam
	TypeBulk
	TypeDangerous
)

// majors are the words of the major types and the names of their constants
// behind "TYPE_".
var majors = [...]struct{ word, name string }{
	{"unknown", "UNKNOWN"}, {"clean", "CLEAN"}, {"suspect", "SUSPECT"}, {"spam", "SPAM"}, {"bulk", "BULK"}, {"dangerous", "DANGEROUS"},
}

// String gives the word, "clean".
func (m Major) String() string {
	if m < 0 || int(m) >= len(majors) {
		return strconv.Itoa(int(m))
	}
	return majors[m].word
}

func majorOf(word string) (Major, bool) {
	for i, m := range majors {
		if m.word == word {
			return Major(i), true
		}
	}
	return TypeUnknown, false
}

// Minor says more about a mail. The numbers are those of the constants
// msys.expurgate.SUBTYPE_*.
type Minor int

// The minor types.
const (
	SubtypeNormal Minor = iota
	SubtypeCleanEmpty
	SubtypeCleanAlmostEmpty
	SubtypeCleanEmptyBody
	SubtypeCleanBounce
	SubtypeBulkAdv
	SubtypeBulkPorn
	SubtypeDangerousVirus
	SubtypeDangerousAttachment
	SubtypeDangerousCode
	SubtypeDangerousIframe
	SubtypeDangerousOutbreak
	SubtypeSuspectURL
	SubtypeSuspectURLCount
	SubtypeSuspectMailCount
	SubtypeSuspectSender
	SubtypeSuspectUser1
	SubtypeSuspectUser2
	SubtypeSuspectUser3
	SubtypeSuspectUser4
	SubtypeSuspectUser5
	SubtypeSuspectUser6
	SubtypeSuspectUser7
	SubtypeSuspectUser8
	SubtypeSuspectUser9
)

// minors are the words of the minor types and the names of their constants
// behind "SUBTYPE_".
var minors = [...]struct{ word, name string }{
	{"normal", "NORMAL"}, {"empty", "CLEAN_EMPTY"}, {"almost-empty", "CLEAN_ALMOST_EMPTY"}, {"empty-body", "CLEAN_EMPTY_BODY"},
	{"bounce", "CLEAN_BOUNCE"}, {"advertisement", "BULK_ADV"}, {"porn", "BULK_PORN"}, {"virus", "DANGEROUS_VIRUS"},
	{"attachment", "DANGEROUS_ATTACHMENT"}, {"code", "DANGEROUS_CODE"}, {"iframe", "DANGEROUS_IFRAME"}, {"outbreak", "DANGEROUS_OUTBREAK"},
	{"url", "SUSPECT_URL"}, {"url-count", "SUSPECT_URL_COUNT"}, {"mail-count", "SUSPECT_MAIL_COUNT"}, {"sender", "SUSPECT_SENDER"},
	{"user1", "SUSPECT_USER1"}, {"user2", "SUSPECT_USER2"}, {"user3", "SUSPECT_USER3"}, {"user4", "SUSPECT_USER4"}, {"user5", "SUSPECT_USER5"},
	{"user6", "SUSPECT_USER6"}, {"user7", "SUSPECT_USER7"}, {"user8", "SUSPECT_USER8"}, {"user9", "SUSPECT_USER9"},
}

// String gives the word, "normal".
func (m Minor) String() string {
	if m < 0 || int(m) >= len(minors) {
		return strconv.Itoa(int(m))
	}
	return minors[m].word
}

func minorOf(word string) (Minor, bool) {
	for i, m := range minors {
		if m.word == word {
			return Minor(i), true
		}
	}
	return SubtypeNormal, false
}
