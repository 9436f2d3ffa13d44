package iowrap

import (
	"context"
	"io/fs"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/luaio"
)

// Libraries returns what this package adds to the Lua modules "msys.core" and
// "msys", backed by f.
func Libraries(f *FS) []lua.RegistryFunction {
	var libs []lua.RegistryFunction
	for _, m := range Modules(f) {
		libs = append(libs, m.Library())
	}
	return libs
}

// Modules declares what [Libraries] returns.
func Modules(f *FS) []*bind.Module {
	return []*bind.Module{
		{
			Name:     "msys.core",
			Doc:      "Files, journals and other resources that a path or URI names.",
			Consts:   luaConsts(),
			Classes:  []*bind.Class{luaio.Class()},
			Examples: snippets,
			Funcs: append(luaio.Funcs(), bind.Func{
				Name: "io_wrapper_open", Params: "filename:string, [options:number], [mode:number|string]",
				Returns: luaio.ClassName + "|nil, err:string, errno:number", Phases: bind.Any,
				Doc: "Opens a path or URI (see the list of schemes below). options are msys.core.O_*, joined by `|`; nil is O_RDONLY, and O_CREAT, " +
					"O_APPEND or O_TRUNC alone mean writing. mode, 0644 if nil, are the permissions of a file that is made; the umask applies. " +
					"The object is closed when nobody holds it any more, or with the runtime.\n\n" +
					"Schemes: none and `file://`, `http://` and `https://` (reading), `memory:NAME`, `jlog:///path=>subscriber` and `cluster://` " +
					"(each write one record), `persist:URI` (a copy serves when the source fails), `syslog://?facility=mail&priority=error`, " +
					"`pipe:///program?arg1=` if the host allows it.",
				Example: "local log = msys.core.io_wrapper_open(\"memory:log\", msys.core.O_CREAT + msys.core.O_APPEND)\n" +
					`assert(log:write("one line\n") == 9)`,
				Fn: func(c *bind.Call) int { return luaOpen(c, f, 2, 3, nil) },
			}, bind.Func{
				Name: "io_wrapper_mkpath_and_open", Params: "filename:string, [options:number], [dirmode:number|string], [mode:number|string]",
				Returns: luaio.ClassName + "|nil, err:string, errno:number", Phases: bind.Any,
				Doc: "Is io_wrapper_open that makes missing directories first if options has O_CREAT; dirmode, 0755 if nil, are their permissions.",
				Fn: func(c *bind.Call) int {
					name, dirMode := c.String(1), mode(c, 3, 0o755)
					return luaOpen(c, f, 2, 4, func() error { return f.MkdirAll(name, dirMode) })
				},
			}),
		},
		{
			Name: "msys",
			Funcs: []bind.Func{{
				Name: "readfile", Params: "filename_or_uri:string", Returns: "string|nil, err:string", Phases: bind.Any,
				Doc: "Gives the whole content of a file or URI, or nil and the reason: `/no/such: No such file or directory`.",
				Example: "local text, err = msys.readfile(\"/no/such\")\n" +
					`assert(text == nil and err == "/no/such: No such file or directory")`,
				Fn: func(c *bind.Call) int {
					name := c.String(1)
					var b []byte
					err := wait(c, func(ctx context.Context) (err error) {
						b, err = f.ReadFile(ctx, name)
						return err
					})
					if err != nil {
						text, _ := luaio.SystemError(err)
						return c.FailText(name + ": " + text)
					}
					return c.PushString(string(b))
				},
			}},
		},
	}
}

func luaConsts() []bind.Const {
	return []bind.Const{
		{Name: "O_RDONLY", Value: 0, Doc: "Read; the default."},
		{Name: "O_WRONLY", Value: optWriteOnly, Doc: "Write."},
		{Name: "O_RDWR", Value: optReadWrite, Doc: "Read and write."},
		{Name: "O_RDRW", Value: optReadWrite, Doc: "The same as O_RDWR."},
		{Name: "O_CREAT", Value: optCreate, Doc: "Make the file if there is none."},
		{Name: "O_EXCL", Value: optExclusive, Doc: "With O_CREAT: fail if there is one."},
		{Name: "O_TRUNC", Value: optTruncate, Doc: "Empty the file first."},
		{Name: "O_APPEND", Value: optAppend, Doc: "Write at the end of the file."},
		{Name: "O_BINARY", Value: 0, Doc: "No effect: bytes are never changed."},
	}
}

// luaOpen opens what argument 1 names; prepare, if not nil, comes before that
// if the file may be made.
func luaOpen(c *bind.Call, f *FS, optionsArg, modeArg int, prepare func() error) int {
	name, options, perm := c.String(1), c.OptInt(optionsArg, 0), mode(c, modeArg, 0o644)
	var o Object
	err := wait(c, func(ctx context.Context) (err error) {
		if prepare != nil && options&optCreate != 0 {
			if err := prepare(); err != nil {
				return err
			}
		}
		o, err = f.Open(ctx, name, openFlags(options), perm)
		return err
	})
	if err != nil {
		text, errno := luaio.SystemError(err)
		if SchemeOf(name) == "" || f.schemes[SchemeOf(name)] != nil {
			text = name + ": " + text
		}
		return c.Push(nil, text, errno)
	}
	scheme := SchemeOf(name)
	if scheme == "" {
		scheme = "file"
	}
	return c.PushObject(luaio.New(o, luaio.Info{
		Path: name, Scheme: scheme, Mode: perm, Options: options, Waits: !inMemory(o), MaxRead: f.o.MaxReadFile,
	}))
}

func inMemory(o Object) bool {
	switch o.(type) {
	case *content, *buffer:
		return true
	}
	return false
}

// mode reads permissions from argument i.
func mode(c *bind.Call, i int, def fs.FileMode) fs.FileMode {
	switch {
	case c.IsNil(i):
		return def
	case c.Type(i) == lua.TypeString:
		m, ok := octalMode(c.String(i))
		if !ok {
			c.ArgError(i, "octal digits expected, got '%s'", c.String(i))
		}
		return m
	}
	return numberMode(c.Int(i))
}

// wait lets other sessions go on while f works. Where waiting is forbidden (a
// script's init reads its files there) it works at once.
func wait(c *bind.Call, f func(ctx context.Context) error) error {
	if c.Env().NoWait != "" {
		return f(c.Context())
	}
	return c.Block(f)
}
