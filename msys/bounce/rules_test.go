package bounce

import (
	"slices"
	"strings"
	"testing"
)

// basics are words that servers use, in the order in which they count, and the
// classes that they stand for.
var basics = []struct {
	code  int
	words string
}{
	{54, "relay access denied, relaying denied, relay denied, unable to relay, relay not permitted, relaying not, relaying is prohibited, not permitted to relay, does not relay, allowed rcpthosts, not a gateway"},
	{53, "attachment|not allowed, attachment|prohibited, attachment|blocked, banned|attachment, illegal attachment, file type|not, virus, infected, malware"},
	{51, "spamhaus, spamcop, barracudacentral, sorbs, dnsbl, blocked using, blacklist, black list, blocklist, block list, denylist, host listed, is listed in, been listed, listed by, reputation, " +
		"client host|blocked, ip address|block, your ip|block, ip [|block, spam source, spam complaints, user complaints, unsolicited mail originating, reverse dns, reverse hostname, ptr record, rdns, dynamic ip"},
	{52, "spam, phishing, unsolicited, surbl, uribl, message content, suspicious content, content filter, bulk mail"},
	{22, "mailbox full, mailbox is full, inbox is full, over quota, overquota, quota exceeded, exceeded|quota, quota|full, exceed|mailbox, mailbox size limit, out of storage, storage|exceeded, no space|mailbox, account is full"},
	{23, "too large, too big, size exceeds, exceeds|size, size limit, maximum message size, larger than"},
	{50, "sender address rejected, sender|domain|not, mail from|rejected, too many invalid, recipient|access denied"},
	{10, "user unknown, unknown user, unknown recipient, recipient unknown, unknown local, unknown address, addressee unknown, no such user, no such recipient, no such mailbox, no such address, no mailbox, " +
		"user|not found, recipient|not found, mailbox|not found, address|not found, user|not exist, account|not exist, recipient|not exist, mailbox|not exist, address|not exist, doesn't have|account, " +
		"invalid recipient, invalid mailbox, invalid user, invalid address, not a valid, bad destination mailbox, bad recipient, mailbox unavailable, mailbox disabled, mailbox|inactive, account|disabled, account|inactive, " +
		"account|closed, account|suspended, no longer, unrouteable address, not our customer, not listed in, recipient rejected, recipient address rejected, undeliverable address, domain|not hosted"},
	{21, "host unknown, unknown host, host not found, domain not found, domain name not found, name server, dns|fail, dns error, no mx, mx record, unrouteable mail domain, could not resolve, unable to resolve, domain|not exist"},
	{70, "greylist, graylist, grey list, try again, try later, try your|later, temporarily, temporary, deferred, too many connections, too many messages, too many recipients, rate limit, throttl, server busy, " +
		"system storage, resources|unavailable, service not available, load too high"},
	{24, "timed out, timeout, time out, expired, not delivered within"},
	{50, "policy, access denied, not authorized, unauthorized, not permitted, prohibited, administrative, authentication, dmarc, dkim, spf, blocked, denied, refused, banned, not accept"},
	{40, "message rejected, mail rejected, transaction failed, delivery failed, undeliverable, mail loop, too many hops, loops back, syntax error, not recognized, bad sequence, command"},
}

// TestBasicWords checks every word by itself, and that of two words the one
// that counts first decides, whatever provider's words there are.
func TestBasicWords(t *testing.T) {
	c := newClassifier(t, &Options{CacheSize: -1})
	type word struct {
		text  string
		code  int
		place int
	}
	var words []word
	for place, b := range basics {
		for w := range strings.SplitSeq(b.words, ", ") {
			words = append(words, word{strings.ReplaceAll(w, "|", " of the day "), b.code, place})
		}
	}
	for i, w := range words {
		if class, rule := c.Explain("550 qqq "+w.text+" qqq", ""); class.Code != w.code {
			if earlier := basicPlace(w.text); earlier == w.place {
				t.Errorf("%q: %s (%s), want %d", w.text, class, rule, w.code)
			}
		}
		other := words[(i*37+11)%len(words)]
		both := "550 qqq " + w.text + " qqq, " + other.text + " qqq"
		if want := basics[basicPlace(both)].code; c.ClassifyText(both, "").Code != want {
			class, rule := c.Explain(both, "")
			t.Errorf("%q: %s (%s), want %d", both, class, rule, want)
		}
	}
}

// basicPlace gives the first line of basics that has a word that is in text.
func basicPlace(text string) int {
	return slices.IndexFunc(basics, func(b struct {
		code  int
		words string
	}) bool {
		for w := range strings.SplitSeq(b.words, ", ") {
			if containsParts(text, strings.Split(w, "|")) {
				return true
			}
		}
		return false
	})
}

// containsParts is the slow twin of the automaton.
func containsParts(text string, parts []string) bool {
	for _, part := range parts {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return true
}

// TestBuiltinRules checks the form of the built-in rules.
func TestBuiltinRules(t *testing.T) {
	groups := append(slices.Clone(replyGroups), "late", "internal", "autoreply", "challenge", "delay")
	entries, err := ruleFiles.ReadDir("rules")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(groups) {
		t.Errorf("%d files of rules, %d groups", len(entries), len(groups))
	}
	known := map[int]bool{}
	for _, class := range Classes() {
		known[class.Code] = true
	}
	total := 0
	for _, name := range groups {
		rules, err := readGroup(name)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, r := range rules {
			if !known[r.code] {
				t.Errorf("%s: unknown class in %d,%s", name, r.code, r.text)
			}
			if seen[r.text] {
				t.Errorf("%s: %q is there twice", name, r.text)
			}
			seen[r.text] = true
			if r.text != string(normalize(nil, r.text)) {
				t.Errorf("%s: %q is not in the form of texts", name, r.text)
			}
			total++
		}
	}
	if total < 250 {
		t.Errorf("only %d rules", total)
	}
}

// TestRepliesOnceMore checks what the examples do not show well.
func TestRepliesOnceMore(t *testing.T) {
	c := newClassifier(t, nil)
	tests := []struct {
		text string
		code int
	}{
		// What addresses and hosts are called says nothing.
		{"550 5.1.1 <spam@example.net>: user unknown", 10},
		{"550 5.1.1 <virus.info+x@policy.example>: user unknown", 10},
		{"host antispam.filter.example.net[192.0.2.9] said: 550 5.1.1 User unknown (in reply to RCPT TO command)", 10},
		{"550 5.1.1 blacklist@spamhaus.example does not exist: no such user", 10},
		{"550 mail from <a@b.example> rejected", 50},
		{"554 see zen.spamhaus.org", 51},
		// Upper case, line breaks, typographic apostrophes.
		{"550 USER\r\n\tUNKNOWN", 10},
		{"554 This user doesn\u2019t have a mail account", 10},
		{"550-5.1.1 The mailbox\r\n550-5.1.1 is\r\n550 5.1.1 full", 22},
		// Where the reply code may stand.
		{"smtp;450 4.1.1 user unknown", 70},
		{"smtp; 550 5.1.1 user unknown", 10},
		{"host mx.example.net said: 450 user unknown", 70},
		{"4.1.1 user unknown", 70},
		{"5.1.1 user unknown", 10},
		{"user unknown", 10},
		{"5500 zzz", 1},
		{"550", 1},
		{"450", 70},
		{"", 1},
		// Numbers that are no status codes.
		{"550 zzz 5.1.1.4", 1},
		{"550 zzz (version 5.1.1a)", 1},
		{"550 zzz #5.1.1", 10},
		{"550 zzz (5.2.2)", 22},
		{"550 zzz 4.2.2", 1},
		{"550 5.1.1000 zzz", 1},
		// 4xx replies: what may be final is not, the rest stands.
		{"450 blocked by policy", 70},
		{"450 message rejected", 70},
		{"452 mailbox full", 22},
		{"421 listed by spamhaus", 51},
		{"454 relay access denied", 54},
		{"451 dns error", 21},
		{"451 infected", 53},
		// Words and parts of words.
		{"550 attachment removed, mailbox moved to storage", 1},
		{"550 recipient is blocked", 50},
		{"550 STARTTLS not advertised", 1},
	}
	for _, tt := range tests {
		if class, rule := c.Explain(tt.text, ""); class.Code != tt.code {
			t.Errorf("%q: %s (%s), want %d", tt.text, class, rule, tt.code)
		}
	}
}

func TestStatusCodes(t *testing.T) {
	tests := map[int]string{
		10: "1.0 1.1 1.3 1.4 1.6 1.10 2.1 7.17",
		21: "1.2 4.4",
		50: "1.7 1.8 7.0 7.1 7.20 7.26",
		22: "2.2",
		23: "2.3 3.4",
		24: "4.1 4.7",
		20: "3.1 3.2 3.3 4.2 4.3",
		70: "4.5",
		40: "0.0 1.5 1.9 2.0 2.4 3.0 3.5 4.0 4.6 5.1 6.3 9.9",
	}
	c := newClassifier(t, nil)
	for code, list := range tests {
		for s := range strings.FieldsSeq(list) {
			if class := c.ClassifyText("550 5."+s+" zzz", ""); class.Code != code {
				t.Errorf("5.%s: %s, want %d", s, class, code)
			}
		}
	}
}
