package docstest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// packages are those that blocks which are no whole programs may use.
var packages = []string{
	"bytes", "context", "database/sql", "errors", "fmt", "io", "io/fs", "log", "log/slog", "net", "net/http", "net/netip", "os", "os/signal",
	"strings", "syscall", "testing", "time",
	"github.com/Shopify/go-lua",
	"github.com/emersion/go-smtp",
	"github.com/prometheus/client_golang/prometheus",
	"github.com/redis/go-redis/v9",
	"github.com/gomsys/gomsys/audit",
	"github.com/gomsys/gomsys/audit/redisstore",
	"github.com/gomsys/gomsys/counter",
	"github.com/gomsys/gomsys/counter/promexport",
	"github.com/gomsys/gomsys/message",
	"github.com/gomsys/gomsys/msys",
	"github.com/gomsys/gomsys/msys/base64",
	"github.com/gomsys/gomsys/msys/bind",
	"github.com/gomsys/gomsys/msys/curl",
	"github.com/gomsys/gomsys/msys/db",
	"github.com/gomsys/gomsys/msys/dialect",
	"github.com/gomsys/gomsys/msys/dns",
	"github.com/gomsys/gomsys/msys/gaugecache",
	"github.com/gomsys/gomsys/msys/iowrap",
	"github.com/gomsys/gomsys/msys/json",
	"github.com/gomsys/gomsys/msys/lualib",
	"github.com/gomsys/gomsys/msys/modules",
	"github.com/gomsys/gomsys/msys/modules/observe",
	"github.com/gomsys/gomsys/msys/modules/promobserve",
	"github.com/gomsys/gomsys/msys/policykit",
	"github.com/gomsys/gomsys/msys/spf",
	"github.com/gomsys/gomsys/timer",
	"github.com/gomsys/gomsys/vctx",
}

// surroundings are the variables that statements in pages take for granted.
const surroundings = `
var (
	ctx           context.Context
	cfg           msys.Config
	rt            *msys.Runtime
	logger        *slog.Logger
	remote, local netip.AddrPort
	mail          io.Reader
	err           error
)
`

// Program completes a block of Go to a file that compiles: a whole file stays
// as it is; declarations get imports; statements get a function around them,
// too, and the variables that pages take for granted.
func Program(b Block) (string, error) {
	files := token.NewFileSet()
	if _, err := parser.ParseFile(files, "block.go", b.Text, parser.SkipObjectResolution); err == nil {
		return b.Text, nil
	}
	body := b.Text
	if _, err := parser.ParseFile(files, "block.go", "package p\n"+body, parser.SkipObjectResolution); err != nil {
		body, err = function(files, body)
		if err != nil {
			return "", fmt.Errorf("docstest: %s: %w", b.Position(), err)
		}
	}
	body = surroundings + body
	return "package p\n\n" + imports(body) + body, nil
}

// function puts statements into a function, with uses of what they define.
func function(files *token.FileSet, statements string) (string, error) {
	text := "func _() {\n" + statements
	f, err := parser.ParseFile(files, "block.go", "package p\n"+text+"}\n", parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	for _, s := range f.Decls[0].(*ast.FuncDecl).Body.List {
		if a, ok := s.(*ast.AssignStmt); ok && a.Tok == token.DEFINE {
			for _, x := range a.Lhs {
				if id, ok := x.(*ast.Ident); ok && id.Name != "_" {
					text += "_ = " + id.Name + "\n"
				}
			}
		}
	}
	return text + "}\n", nil
}

var qualifier = regexp.MustCompile(`\b([a-z][a-z0-9]*)\.[A-Z]`)

// imports gives the import lines for the packages that text names.
func imports(text string) string {
	var names, lines []string
	for _, m := range qualifier.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	for _, path := range packages {
		name := path[strings.LastIndexByte(path, '/')+1:]
		switch path {
		case "github.com/redis/go-redis/v9":
			name = "redis"
		case "github.com/emersion/go-smtp":
			name = "smtp"
		case "github.com/Shopify/go-lua":
			name = "lua"
		}
		if slices.Contains(names, name) {
			lines = append(lines, fmt.Sprintf("import %q\n", path))
		}
	}
	return strings.Join(lines, "")
}
