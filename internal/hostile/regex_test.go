package hostile_test

import (
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/pcre"
)

// plainMail is a mail with a body.
func plainMail(body string) func() string {
	return func() string {
		return "From: ann@sender.example\r\nTo: bob@rcpt.example\r\nSubject: x\r\n\r\n" + body + "\r\n"
	}
}

// fewSteps limits matches, so that the tests are quick.
func fewSteps(_ *testing.T, o *modules.Options, _ *msys.Config) {
	o.Patterns = pcre.NewCache(&pcre.CacheOptions{Compile: &pcre.Options{UTF: true, AtomicRecursion: true, StepLimit: 300_000, MemoryLimit: 4 << 20}})
}

func TestRegexBombs(t *testing.T) {
	as := plainMail(strings.Repeat("a", 60_000))
	attacks := []attack{
		{name: "nested quantifiers", script: `print(msys.pcre.match(("a"):rep(40), [[^(a+)+\1$b]]))`, prints: "nil\tmatch limit exceeded\t-8"},
		{name: "overlapping alternatives", script: `print(msys.pcre.match(("a"):rep(1000), [[^(?=a)(a|aa|aaa)+\1c]]))`, prints: "nil"},
		{name: "many wildcards", script: `print(msys.pcre.match(("a"):rep(1e5), [[(?=a).*.*.*.*.*\b\Bx]]))`, prints: "nil"},
		{name: "step limit raised by the pattern", script: `print(msys.pcre.match(("a"):rep(40), [[(*LIMIT_MATCH=4000000000)^(a+)+\1$b]]))`, prints: "nil\tmatch limit exceeded\t-8"},
		{name: "endless recursion", script: `print(msys.pcre.match("a", "(?R)"))`, prints: "recursion loops without consuming the subject"},
		{name: "deep recursion", script: `print(msys.pcre.match(("("):rep(1e5), [[(\((?1)*\))]]))`, prints: "nil\tmatch limit exceeded\t-8"},
		{name: "counted repetition of counted repetition", script: `print(msys.pcre.match(("a"):rep(1e5), "((((a{1,1000}){1,1000}){1,1000}){1,1000})b"))`, prints: "nil\tmatch limit exceeded\t-8"},
		{name: "nested groups", script: `print(msys.pcre.match("a", ("("):rep(3e4) .. "a" .. (")"):rep(3e4)))`, prints: "parentheses are too deeply nested"},
		{name: "long pattern", script: `print(msys.pcre.match("a", ("a?"):rep(1e6)))`, prints: "regular expression is too large"},
		{name: "backtracking memory", script: `print(msys.pcre.match(("ab"):rep(3e5), [[^(?:(a)(b)|\2)*+c(*SKIP)|^(?:(a|b)|\3)*d]]))`, prints: "nil\tmatch limit exceeded\t-8"},
		{name: "look-behind", script: `print(msys.pcre.match(("a"):rep(1e5), "(?<=(?<=a{1,255})a{1,255})b"))`, prints: "nil"},
		{name: "body_match", mail: as, script: `print(msg:body_match([[(a+)+\1$b]]))`, costly: true, prints: "false\tmatch limit exceeded\t-8"},
		{name: "raw_match", mail: as, script: `print(msg:raw_match([[(?:a|aa)+(?<=b)\Bc|(a*)*\1d]]))`, costly: true, prints: "false\tmatch limit exceeded\t-8"},
		{name: "text_match", mail: as, script: `print(msg:text_match([[^(?=(a+))\1*?(a*)*\2e]]))`, prints: "false"},
		{name: "matches at every byte", mail: as, script: `local first, all = msg:body_match("a") print(#all)`, prints: "1000"},
	}
	for i := range attacks {
		attacks[i].services = fewSteps
	}
	play(t, attacks)
}
