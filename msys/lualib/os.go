package lualib

import (
	"os"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/cputime"
)

// osLibrary holds what the functions of table os share.
type osLibrary struct {
	options  *Options
	now      func() time.Time
	location *time.Location
	utc      *time.Location // under the name that the C library gives to it
	files    fileSystem
}

// openOS leaves the table os on the stack.
func openOS(l *lua.State, o *Options) int {
	lib := &osLibrary{options: o, now: o.clock(), location: o.timeZone(), utc: time.FixedZone("GMT", 0), files: o.fileSystem()}
	execute, exit := lib.execute, osExit
	if !o.AllowExec {
		execute = refuse("os.execute")
	}
	if !o.AllowExit {
		exit = refuse("os.exit")
	}
	lua.NewLibrary(l, []lua.RegistryFunction{
		{Name: "clock", Function: osClock},
		{Name: "date", Function: lib.date},
		{Name: "difftime", Function: osDifftime},
		{Name: "execute", Function: execute},
		{Name: "exit", Function: exit},
		{Name: "getenv", Function: osGetenv},
		{Name: "remove", Function: lib.remove},
		{Name: "rename", Function: lib.rename},
		{Name: "setlocale", Function: osSetlocale},
		{Name: "time", Function: lib.time},
		{Name: "tmpname", Function: lib.tmpname},
	})
	return 1
}

// refuse stands for a function that the options do not allow.
func refuse(name string) lua.Function {
	return func(l *lua.State) int {
		args{l, name}.errorf("%s is not allowed here", name)
		return 0
	}
}

// osClock gives the CPU time of the process, in seconds.
func osClock(l *lua.State) int {
	l.PushNumber(cputime.Used().Seconds())
	return 1
}

func osDifftime(l *lua.State) int {
	a := args{l, "os.difftime"}
	l.PushNumber(a.num(1) - a.optNum(2, 0))
	return 1
}

func osGetenv(l *lua.State) int {
	if value, ok := os.LookupEnv(args{l, "os.getenv"}.str(1)); ok {
		pushString(l, value)
	} else {
		l.PushNil()
	}
	return 1
}

// osSetlocale knows the C locale alone, under its names.
func osSetlocale(l *lua.State) int {
	a := args{l, "os.setlocale"}
	name := a.optStr(1, "C")
	a.option(2, "all", "all", "collate", "ctype", "monetary", "numeric", "time")
	switch name {
	case "", "C", "POSIX":
		l.PushString("C")
	default:
		l.PushNil()
	}
	return 1
}

func (lib *osLibrary) remove(l *lua.State) int {
	name := args{l, "os.remove"}.str(1)
	return pushResult(l, lib.files.remove(name), name)
}

func (lib *osLibrary) rename(l *lua.State) int {
	a := args{l, "os.rename"}
	from, to := a.str(1), a.str(2)
	return pushResult(l, lib.files.rename(from, to), from)
}

func (lib *osLibrary) tmpname(l *lua.State) int {
	name, f, err := lib.files.temporary()
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		args{l, "os.tmpname"}.errorf("unable to generate a unique filename")
	}
	pushString(l, name)
	return 1
}
