// Package db gives policy its named datasources: databases and files that are
// asked with SQL or a key, with what they answered remembered. Its Lua faces
// are the modules msys.db and msys.datasource.
//
//	reg, err := db.New(&db.Options{Sources: map[string]db.Config{
//		"users": {URI: []string{"sqlite:/var/lib/policy/users.db"}},
//	}})
//	defer reg.Close()
//	users, err := reg.Source("users")
//	rows, err := users.Query(ctx, "select name from users where id = :id", db.Named{"id": 7}, nil)
//
// # Drivers
//
// What stands before the first colon of a URI names the driver. SQL databases
// are reached by database/sql; the host imports their drivers, as this package
// depends on none:
//
//	sqlite:/path, sqlite::memory:     driver "sqlite" (modernc.org/sqlite) or "sqlite3"
//	pgsql:host=h;dbname=d;user=u;…    driver "pgx" (github.com/jackc/pgx/v5/stdlib) or "postgres"
//	postgres://user@host/database     likewise
//	mysql:host=h;dbname=d;user=u;…    driver "mysql" (github.com/go-sql-driver/mysql)
//	odbc:DSN=name                     the URI that Options.ODBC has for the name
//	cdb:/path                         a constant database; the query is the key
//	csv:                              the query is the path of a file, read by Options.ReadFile
//	iowrapper:                        likewise, with the whole file as one value
//
// Options.Drivers adds others, such as ldap, or replaces these.
//
// # Queries
//
// Parameters are written "?", ":name" or "$name", one way in one query, and
// rewritten to what the database understands, outside of strings, comments
// and casts. With nil as parameters a query is passed on as it stands.
//
// A result is read completely before a call returns, up to Config.MaxRows
// rows, so nothing is to be closed. It is remembered for Config.CacheLife, and
// so is that there were no rows; failures are not. Equal queries that are asked
// at one time are sent once.
//
// # Concurrency
//
// A Registry and its Sources may be used from any number of goroutines. What
// waits takes a context and returns when it ends.
package db
