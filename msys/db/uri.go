package db

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// builtin are the drivers that need no registration with this package.
func builtin(o *Options) map[string]Driver {
	drivers := map[string]Driver{
		"sqlite":     SQL([]string{"sqlite", "sqlite3"}, SQLite(), sqliteSource),
		"pgsql":      SQL([]string{"pgx", "postgres"}, PostgreSQL(), pgsqlSource("")),
		"postgres":   SQL([]string{"pgx", "postgres"}, PostgreSQL(), pgsqlSource("postgres:")),
		"postgresql": SQL([]string{"pgx", "postgres"}, PostgreSQL(), pgsqlSource("postgresql:")),
		"pgx":        SQL([]string{"pgx"}, PostgreSQL(), pgsqlSource("")),
		"mysql":      SQL([]string{"mysql"}, MySQL(), mysqlSource),
		"csv":        csvDriver{},
		"iowrapper":  fileDriver{},
		"cdb":        cdbDriver{},
	}
	for name, d := range o.Drivers {
		drivers[strings.ToLower(name)] = d
	}
	return drivers
}

// resolveURI gives the driver of a URI and the part after its name. A URI
// "odbc:" stands for that of another driver.
func resolveURI(uri string, drivers map[string]Driver, o *Options) (Driver, string, error) {
	name, rest, _ := strings.Cut(uri, ":")
	name = strings.ToLower(name)
	if name == "odbc" && drivers[name] == nil {
		dsn := odbcDSN(rest)
		target, ok := o.ODBC[dsn]
		if !ok || strings.HasPrefix(strings.ToLower(target), "odbc:") {
			return nil, "", fmt.Errorf("%w for ODBC data source '%s'", ErrNoDriver, dsn)
		}
		return resolveURI(target, drivers, o)
	}
	d := drivers[name]
	if d == nil {
		return nil, "", fmt.Errorf("%w '%s'", ErrNoDriver, name)
	}
	return d, rest, nil
}

// settings reads "key=value;key=value" in order.
func settings(s string) (list [][2]string) {
	for item := range strings.SplitSeq(s, ";") {
		key, value, found := strings.Cut(item, "=")
		if key = strings.ToLower(strings.TrimSpace(key)); found && key != "" {
			list = append(list, [2]string{key, strings.TrimSpace(value)})
		}
	}
	return list
}

// odbcDSN gives the name of the data source in an ODBC connection string.
func odbcDSN(rest string) string {
	for _, s := range settings(rest) {
		if s[0] == "dsn" {
			return s[1]
		}
	}
	return ""
}

const memoryPath = ":memory:"

func inMemory(rest string) bool {
	return rest == memoryPath || strings.HasPrefix(rest, "file::memory:")
}

// sqliteSource waits up to 5 seconds for a lock of another connection. A file
// that is missing is created.
func sqliteSource(driver, rest string) (string, error) {
	if rest == "" {
		return "", fmt.Errorf("sqlite: no path")
	}
	timeout := "_pragma=busy_timeout(5000)"
	if driver == "sqlite3" {
		timeout = "_busy_timeout=5000"
	}
	source := rest
	if !strings.HasPrefix(rest, "file:") {
		source = "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(rest)
	}
	if strings.Contains(source, "?") {
		return source + "&" + timeout, nil
	}
	return source + "?" + timeout, nil
}

// pgsqlSource makes settings that libpq knows of those in a URI, or a URL.
func pgsqlSource(scheme string) func(driver, rest string) (string, error) {
	return func(_, rest string) (string, error) {
		if scheme != "" {
			return scheme + rest, nil
		}
		if strings.HasPrefix(rest, "postgres://") || strings.HasPrefix(rest, "postgresql://") {
			return rest, nil
		}
		if !strings.Contains(rest, ";") && strings.Count(rest, "=") > 1 {
			return rest, nil // as libpq has it, parted by blanks
		}
		var b strings.Builder
		escape := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
		for _, s := range settings(rest) {
			fmt.Fprintf(&b, "%s='%s' ", s[0], escape.Replace(s[1]))
		}
		return strings.TrimSpace(b.String()), nil
	}
}

// mysqlSource makes the data source name of github.com/go-sql-driver/mysql,
// user:password@tcp(host:port)/database, of settings in a URI.
func mysqlSource(_, rest string) (string, error) {
	if strings.Contains(rest, "@") && strings.Contains(rest, "/") && !strings.Contains(rest, ";") {
		return rest, nil
	}
	var user, database string
	host, port, network := "localhost", "3306", "tcp"
	password := ""
	for _, s := range settings(rest) {
		switch s[0] {
		case "host":
			host = s[1]
		case "port":
			port = s[1]
		case "user":
			user = s[1]
		case "password":
			password = ":" + s[1]
		case "dbname":
			database = s[1]
		case "socket", "unix_socket":
			network, host = "unix", s[1]
		}
	}
	address := host
	if network == "tcp" {
		address = net.JoinHostPort(host, port)
	}
	return user + password + "@" + network + "(" + address + ")/" + url.PathEscape(database), nil
}
