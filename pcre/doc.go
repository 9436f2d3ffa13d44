// Package pcre matches Perl-compatible regular expressions on bytes. It is a
// PCRE engine in pure Go with the shape of the standard library's regexp.
//
// # Patterns
//
// The syntax is PCRE's, as PCRE2 10.45 documents it: look-around, atomic groups
// and possessive quantifiers, back references, recursion and subroutine calls,
// conditions, branch reset, \K \G \R \X, backtracking verbs such as (*SKIP),
// extended classes (?[…]), and items such as (*UTF) at the start of a pattern.
// Callouts are read and ignored; script runs are not supported.
//
// Subject and pattern are bytes, one byte one character, unless Options.UTF or
// (*UTF) makes characters out of UTF-8 sequences. In byte mode, and in UTF mode
// without UCP, \w, \d and \s mean ASCII.
//
// # Matching
//
// The leftmost match wins, and of those that begin there the one that Perl
// would find first. What follows matches Perl too: FindAll and its like, and
// ReplaceAll, look for another match at the end of an empty one.
//
// # Limits
//
// A match cannot hang. Patterns that are regular take time linear in the
// subject. The rest are matched by backtracking under Options.StepLimit and
// Options.MemoryLimit; MatchAt, MatchContext, Iter, Replace and Fields report
// ErrStepLimit or ErrMemoryLimit, and the methods that return no error find
// nothing. Patterns are limited in length and nesting.
//
// # Concurrency
//
// A Regexp is immutable and can be used by several goroutines at once.
package pcre
