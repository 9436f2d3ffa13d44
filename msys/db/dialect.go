package db

import "strconv"

// Style is a set of ways to write parameters in a query.
type Style uint8

// The ways to write parameters.
const (
	Question Style = 1 << iota // ?, by number
	Colon                      // :name
	Dollar                     // $name
)

// Dialect says how a driver's queries are written.
type Dialect struct {
	// Placeholders are the ways to write parameters that are recognised;
	// anything else is passed on as it stands.
	Placeholders Style
	// Bind gives how the database writes its nth parameter, from 1. If nil,
	// parameters are put into the query as text, and the query is no SQL:
	// nothing in it is a string or a comment.
	Bind func(n int) string
	// Escape makes a value safe to be put into the query when Bind is nil. If
	// nil, values are put there as they are.
	Escape func(value string) string
	// TextParameters has numbers and booleans sent as text, for a database
	// that infers the types of parameters from the query.
	TextParameters bool
	// BackslashEscapes tells that a backslash in a string keeps the next
	// character from ending it, as in MySQL.
	BackslashEscapes bool
	// EscapeStrings tells that strings written E'…' have backslash escapes, as
	// in PostgreSQL; Dollar-quoted strings may then have a tag, $x$…$x$, and
	// comments may nest.
	EscapeStrings bool
	// Brackets tells that […] quotes a name, as in SQLite and SQL Server.
	Brackets bool
	// HashComments tells that # begins a comment, as in MySQL.
	HashComments bool
}

func question(int) string { return "?" }

// SQLite is the dialect of SQLite.
func SQLite() Dialect {
	return Dialect{Placeholders: Question | Colon | Dollar, Bind: question, Brackets: true}
}

// PostgreSQL is the dialect of PostgreSQL.
func PostgreSQL() Dialect {
	return Dialect{
		Placeholders: Question | Colon, Bind: func(n int) string { return "$" + strconv.Itoa(n) },
		TextParameters: true, EscapeStrings: true,
	}
}

// MySQL is the dialect of MySQL and MariaDB.
func MySQL() Dialect {
	return Dialect{Placeholders: Question | Colon, Bind: question, BackslashEscapes: true, HashComments: true}
}

// ANSI is the dialect of a database that keeps to the standard and takes "?",
// as most that are reached by ODBC do.
func ANSI() Dialect { return Dialect{Placeholders: Question | Colon, Bind: question} }

// Interpolated is the dialect of what is no SQL: a key, a path, a URL, in which
// $name stands for a parameter's text, made safe by escape if that is not nil.
func Interpolated(escape func(string) string) Dialect {
	return Dialect{Placeholders: Dollar, Escape: escape}
}
