package db

import (
	"context"
	"errors"
	"strconv"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
)

// Libraries returns the Lua modules "msys.db" and "msys.datasource" backed by
// reg.
func Libraries(reg *Registry) []lua.RegistryFunction {
	var libs []lua.RegistryFunction
	for _, m := range Modules(reg) {
		libs = append(libs, m.Library())
	}
	return libs
}

// Modules declares what Libraries returns.
func Modules(reg *Registry) []*bind.Module {
	const args = "cachename:string, query:string, [queryparams:table], [options:table]"
	const more = " Parameters are `?` for queryparams[1] and so on, or `:name` or `$name` for queryparams.name, one way in one query; nil is NULL. " +
		"Options: `raise_error` (true): a failure raises; `nocache`: the database is asked, whatever is remembered."
	f := face{reg}
	return []*bind.Module{
		{
			Name: "msys.db",
			Doc:  "Asks databases and files that the host has named, and remembers what they answer.",
			Funcs: []bind.Func{
				{
					Name: "query", Params: args, Returns: "function|nil, [err:string]", Phases: bind.Any,
					Doc: "Gives a function for a loop, `for row in rows do`, that gives each row as a table by column names; a column without name has its number, " +
						"NULL is nil. A failure raises, or with raise_error false gives nil and a message." + more,
					Example: `require("msys.db")
local names = {}
for row in msys.db.query("policy", "select name from domains where score < :limit", { limit = 5 }) do
  names[#names + 1] = row.name
end
assert(#names == 1 and names[1] == "example.org")
local rows, err = msys.db.query("none", "select 1", nil, { raise_error = false })
assert(rows == nil and err == "unknown datasource 'none'")`,
					Fn: f.query,
				},
				{
					Name: "fetch_row", Params: args, Returns: "table|nil, [err:string]", Phases: bind.Any,
					Doc: "Gives the first row as a table by column names, or nil if there is no row. A failure raises, or with raise_error false gives nil and a message." + more,
					Example: `require("msys.db")
local row = msys.db.fetch_row("policy", "select action, score from domains where name = ?", { "spam.example" })
assert(row.action == "reject" and row.score == 9.5)
assert(msys.db.fetch_row("policy", "select * from domains where name = ?", { "none.example" }) == nil)`,
					Fn: f.fetchRow,
				},
				{
					Name: "execute", Params: args, Returns: "boolean, [err:string]", Phases: bind.Any,
					Doc: "Runs a query that has no rows and gives true. A failure raises, or with raise_error false gives false and a message. What is remembered stays." + more,
					Example: `require("msys.db")
assert(msys.db.execute("policy", "insert into domains (name, action) values (?, ?)", { "new.example", "defer" }))
assert(msys.db.fetch_row("policy", "select action from domains where name = 'new.example'").action == "defer")
local ok, err = msys.db.execute("policy", "delete from no_such_table", nil, { raise_error = false })
assert(ok == false and err:match("no_such_table"))`,
					Fn: f.execute,
				},
			},
		},
		{Name: "msys.datasource", Doc: "Has no functions: scripts that use msys.db load it beside."},
	}
}

// face are the Lua functions.
type face struct{ reg *Registry }

// call is a call's datasource, query and parameters.
type call struct {
	source  *Source
	st      *statement
	args    []any
	noCache bool
	raise   bool
}

// read reads the arguments. The error is one that raise_error is about.
func (f face) read(c *bind.Call) (q call, err error) {
	name, query := c.String(1), c.String(2)
	if !c.IsNil(3) {
		c.CheckTable(3)
	}
	o := c.Options(4)
	q.noCache = o.Bool("nocache", false)
	q.raise = o.Bool("raise_error", f.reg.o.DefaultRaiseError == nil || *f.reg.o.DefaultRaiseError)
	if q.source, err = f.reg.Source(name); err != nil {
		return q, err
	}
	q.noCache = q.noCache || q.source.config.NoCache
	if q.st, err = q.source.statement(query, !c.IsNil(3)); err != nil {
		return q, err
	}
	if len(q.st.refs) > 0 {
		q.args = make([]any, len(q.st.refs))
		for i, r := range q.st.refs {
			q.args[i] = luaParameter(c, r)
		}
	}
	return q, nil
}

// luaParameter gives the parameter in the table that is argument 3.
func luaParameter(c *bind.Call, r ref) any {
	if r.number > 0 {
		c.L.PushInteger(r.number)
	} else {
		c.L.PushString(r.name)
	}
	c.L.Table(c.Index(3))
	v, ok := luaValue(c.L)
	if !ok {
		what := lua.TypeNameOf(c.L, -1)
		if class := bind.ClassOf(c.L, -1); class != nil {
			what = class.Name
		}
		c.Errorf("%v a %s value", ErrArgument, what)
	}
	c.L.Pop(1)
	return v
}

// jsonClass is the class of JSON values, which are bound as their text.
const jsonClass = "libjson:json_object*"

// luaValue gives the value on top of the stack as a parameter.
func luaValue(l *lua.State) (any, bool) {
	switch l.TypeOf(-1) {
	case lua.TypeNil:
		return nil, true
	case lua.TypeBoolean:
		return l.ToBoolean(-1), true
	case lua.TypeNumber:
		n, _ := l.ToNumber(-1)
		return number(n), true
	}
	if s, ok := bind.Text(l, -1); ok {
		return s, true
	}
	if class := bind.ClassOf(l, -1); class != nil && class.Name == jsonClass {
		v, _ := bind.ObjectAt[any](l, -1)
		return class.ToString(v), true
	}
	return nil, false
}

// rows gives the result of a query, from the cache without waiting.
func (q *call) rows(c *bind.Call) (*Rows, error) {
	if q.noCache {
		return wait(c, func(ctx context.Context) (*Rows, error) { return q.source.ask(ctx, q.st, q.args) })
	}
	key := cacheKey{q.st.query, keyOf(q.st, q.args)}
	if rows, ok := q.source.cache.Get(key); ok {
		return rows, nil
	}
	return wait(c, func(ctx context.Context) (*Rows, error) { return q.source.askOnce(ctx, key, q.st, q.args) })
}

// wait calls f while other sessions go on.
func wait(c *bind.Call, f func(ctx context.Context) (*Rows, error)) (rows *Rows, err error) {
	err = c.Block(func(ctx context.Context) (err error) {
		rows, err = f(ctx)
		return err
	})
	return rows, err
}

// failed ends a call with a failure.
func (q *call) failed(c *bind.Call, err error, result any) int {
	text := err.Error()
	var e *Error
	if errors.As(err, &e) {
		text = e.Text()
	}
	if q.raise {
		c.Errorf("%s", text)
	}
	return c.Push(result, text)
}

func (f face) query(c *bind.Call) int {
	q, err := f.read(c)
	var rows *Rows
	if err == nil {
		rows, err = q.rows(c)
	}
	if err != nil {
		return q.failed(c, err, nil)
	}
	i := 0
	c.L.PushGoFunction(luavm.Guard(func(l *lua.State) int {
		if i >= rows.Len() {
			l.PushNil()
			return 1
		}
		i++
		pushRow(l, rows, i-1)
		return 1
	}))
	return 1
}

func (f face) fetchRow(c *bind.Call) int {
	q, err := f.read(c)
	var rows *Rows
	if err == nil {
		rows, err = q.rows(c)
	}
	switch {
	case err != nil:
		return q.failed(c, err, nil)
	case rows.Len() == 0:
		return c.PushNil()
	}
	pushRow(c.L, rows, 0)
	return 1
}

func (f face) execute(c *bind.Call) int {
	q, err := f.read(c)
	if err == nil {
		err = c.Block(func(ctx context.Context) error { return q.source.exec(ctx, q.st, q.args) })
	}
	if err != nil {
		return q.failed(c, err, false)
	}
	return c.PushBool(true)
}

// pushRow pushes a table of the values of row i by the names of their columns,
// or their numbers if there are no names.
func pushRow(l *lua.State, rows *Rows, i int) {
	row := rows.values[i]
	if rows.keys == nil {
		l.CreateTable(len(row), 0)
		for i, v := range row {
			pushValue(l, v)
			l.RawSetInt(-2, i+1)
		}
		return
	}
	l.CreateTable(0, len(row))
	for i, v := range row {
		l.PushLightUserData(rows.keys[i]) // the string itself, already boxed
		pushValue(l, v)
		l.RawSet(-3)
	}
}

// exact is the limit of what a Lua number has exactly.
const exact = 1 << 53

func pushValue(l *lua.State, v any) {
	switch n := v.(type) {
	case string, float64, bool:
		l.PushLightUserData(v) // likewise
	case int64:
		if n > exact || n < -exact {
			l.PushString(strconv.FormatInt(n, 10))
			return
		}
		l.PushNumber(float64(n))
	default:
		bind.Push(l, v)
	}
}
