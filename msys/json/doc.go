// Package json reads, edits and writes JSON while keeping what encoding/json
// loses: the order of the keys of an object, and whether a number was an
// integer. Containers are shared by reference, so that a change to a nested
// object shows wherever the object was put.
//
//	v, err := json.Parse([]byte(`{ "to": [ "a@b" ] }`), nil)
//	v.Get("to").Push(json.String("c@d"))
//	fmt.Println(v) // { "to": [ "a@b", "c@d" ] }
//
// Its Lua face is the module json.
//
// By default the parser forgives what the policy scripts' senders got used
// to: comments, single quotes, literals in any case, a trailing comma, and
// whatever follows the first complete value. [Options.Strict] takes RFC 8259
// and nothing else. Nesting is limited, to 512 levels unless set otherwise.
//
// A [Value] is not safe for concurrent use while someone changes it or
// anything inside it; readers alone do not disturb each other. Parsed values
// keep the text that they came from in memory.
package json
