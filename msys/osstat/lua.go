package osstat

import (
	"context"
	"math"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/audit/luaarg"
	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the functions of the Lua module "msys.os" about file
// systems, backed by m.
func Library(m *Monitor) lua.RegistryFunction { return Module(m).Library() }

// Module declares what [Library] returns.
func Module(m *Monitor) *bind.Module {
	number := func(get func(*Stat) int64) func(*bind.Call) {
		return func(c *bind.Call) { c.PushNumber(float64(get(bind.Self[*Stat](c)))) }
	}
	return &bind.Module{
		Name: "msys.os",
		Doc:  "Free space of file systems, sampled in the background.",
		Classes: []*bind.Class{
			{
				Name: "msys.os:_ec_statvfs_record", Short: "record", Of: (*Record)(nil),
				Doc:      "A subscription to the samples of one path.",
				ToString: func(self any) string { return "statvfs: " + self.(*Record).Path() },
			},
			{
				Name: "msys.os:_ec_statvfs", Short: "stat", Of: (*Stat)(nil),
				Doc: "One sample of a file system.",
				Fields: []bind.Field{
					{Name: "version", Type: "number", Doc: "Version of this record: 1.", Get: number(func(s *Stat) int64 { return int64(s.Version) })},
					{Name: "kilobytes_total", Type: "number", Doc: "Size in units of 1024 bytes.", Get: number(func(s *Stat) int64 { return s.KilobytesTotal })},
					{Name: "kilobytes_available", Type: "number", Doc: "Space that users without privileges can fill.", Get: number(func(s *Stat) int64 { return s.KilobytesAvailable })},
					{Name: "objects_total", Type: "number", Doc: "Number of inodes.", Get: number(func(s *Stat) int64 { return s.ObjectsTotal })},
					{Name: "objects_available", Type: "number", Doc: "Number of free inodes.", Get: number(func(s *Stat) int64 { return s.ObjectsAvailable })},
				},
			},
		},
		Funcs: []bind.Func{
			{
				Name: "statvfs_subscribe", Params: "path:string, [interval:number]", Returns: "record", Phases: bind.Any,
				Doc: "Has the file system of path sampled every interval seconds (nil or 0: the server's default); the smallest interval that " +
					"anybody asked for counts. A bad path is an error of statvfs_read only.",
				Example: `assert(require("msys.os").statvfs_subscribe("/", 10))`,
				Fn: func(c *bind.Call) int {
					path, seconds := c.String(1), c.OptNumber(2, 0)
					if math.IsNaN(seconds) {
						c.ArgError(2, "number has no integer representation")
					}
					interval := time.Duration(max(0, min(seconds, 1e9)) * float64(time.Second))
					return c.PushObject(m.Subscribe(path, interval))
				},
			},
			{
				Name: "statvfs_read", Params: "record:record|string", Returns: "stat|nil, [err:string]", Phases: bind.Any,
				Doc: "Gives the latest sample of a subscription, or nil and the reason why there is none. A path may stand for its subscription, " +
					"which is made if need be. Only before the first sample it waits, at most one second.",
				Example: `local st = require("msys.os").statvfs_read("/"); assert(st.kilobytes_total >= st["kilobytes_available"])`,
				Fn:      func(c *bind.Call) int { return luaRead(c, m) },
			},
		},
	}
}

func luaRead(c *bind.Call, m *Monitor) int {
	record, ok := bind.ObjectAt[*Record](c.L, c.Index(1))
	if !ok {
		record = m.Subscribe(c.String(1), 0)
	}
	var st Stat
	var err error
	if record.sampled() {
		st, err = record.Read(c.Context())
	} else {
		luaarg.Wait(c, func(ctx context.Context) { st, err = record.Read(ctx) })
	}
	if err != nil {
		return c.Fail(err)
	}
	return c.PushObject(&st)
}

// sampled reports whether Read does not wait.
func (r *Record) sampled() bool {
	select {
	case <-r.first:
		return true
	default:
		return false
	}
}
