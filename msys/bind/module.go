package bind

// Module declares one Lua module: what require(Name) returns.
type Module struct {
	// Name is the name that require takes, like "msys.counter". The module's
	// table is also set under that name in the globals ("json" sets json,
	// "msys.counter" sets the field counter of msys).
	Name string
	// Aliases are further names under which require finds the same table.
	Aliases []string
	// Doc is the text of the module's reference page, in Markdown.
	Doc string
	// Funcs are the module's functions.
	Funcs []Func
	// Described are functions that the table has from elsewhere, such as the
	// standard library: they are listed in the reference, not registered.
	// Their Fn is nil.
	Described []Func
	// Consts are the module's constants.
	Consts []Const
	// Classes are the classes whose objects the module's functions give out.
	Classes []*Class
	// Examples are the snippets of functions that have no Example, in one text
	// that is usually an embedded Lua file: a line "--- name" stands above each,
	// "--- msg:header" above that of a method.
	Examples string
	// Setup, if not nil, runs after the table was filled, for what cannot be
	// said as data; the table is argument 1 of the call.
	Setup func(*Call)
}

// Listed gives all functions of the reference: Funcs and Described.
func (m *Module) Listed() []Func { return append(m.Funcs[:len(m.Funcs):len(m.Funcs)], m.Described...) }

// Func declares one function of a module or one method of a class.
type Func struct {
	// Name is the Lua name. In a module it may have dots ("client.new"): the
	// tables between are created.
	Name string
	// Params lists the parameters with their types, optional ones in
	// brackets: "type:number, key:string, [value:string|number]". A method's
	// receiver is not listed. "..." stands for any further arguments.
	Params string
	// Returns lists the results in the same form: "string|nil, err:string".
	Returns string
	// Phases are the phases that the reference lists for the function.
	Phases Phases
	// Also are further phases in which real scripts call it; AlsoNote says
	// which scripts.
	Also     Phases
	AlsoNote string
	// Doc is the reference text in Markdown: what it does and what nil, a
	// missing value or a failure gives.
	Doc string
	// Example is a short snippet for the reference, which the tests run;
	// longer ones are in the Examples of the module or class. Its first line
	// may be a comment that tells where it stands, "-- in init()" or
	// "-- in validate_connect(ac, vctx)"; else that is
	// validate_data_spool_each_rcpt(msg, ac, vctx).
	Example string
	// Fn does the work: it reads arguments from the call, pushes results and
	// returns how many there are.
	Fn func(*Call) int
}

// Const declares a constant of a module.
type Const struct {
	// Name is the Lua name.
	Name string
	// Value is a string, bool, float64 or int.
	Value any
	// Doc is one sentence for the reference.
	Doc string
	// Global makes it a global variable too.
	Global bool
}

// Class declares the type of a userdata: a Go pointer seen from Lua.
type Class struct {
	// Name is what msys.type returns for an object, like
	// "msys.core:_ec_message".
	Name string
	// Short is the name of a variable of that class in the reference, like
	// "msg"; methods are listed as "msg:header".
	Short string
	// Of is a value of the Go type of the class's objects; a nil pointer will
	// do: (*Message)(nil). One Go type belongs to one class.
	Of any
	// Doc is the class's reference text.
	Doc string
	// Methods are called with a colon; the receiver is [Call.Self].
	Methods []Func
	// Examples are snippets like a module's, for a class that several modules
	// declare.
	Examples string
	// Fields are read (and perhaps written) with a dot.
	Fields []Field
	// ToString gives the result of tostring; nil gives "NAME: 0x…".
	ToString func(self any) string
	// Len gives the result of #; nil raises.
	Len func(self any) int
	// Equal compares two objects; nil compares the Go values with ==.
	Equal func(a, b any) bool
	// Index is asked for names that are neither method nor field; it pushes
	// one value and returns true, or returns false. The key is argument 1.
	Index func(c *Call) bool
	// NewIndex is asked for assignments to names that are no writable field.
	// The key is argument 1, the value argument 2.
	NewIndex func(c *Call) bool
	// Meta are further metamethods by name ("__call", "__concat"); the
	// arguments are counted from 1 with the receiver included.
	Meta []Func
	// Text, if not nil, makes an object pass wherever a string is expected.
	Text func(self any) string
	// ReadOnlyText completes the error for an assignment to an unknown or
	// read-only field; empty gives "field 'x' of NAME cannot be assigned".
	ReadOnlyText string
}

// Field declares a field of a class.
type Field struct {
	// Name is the Lua name.
	Name string
	// Type is the Lua type for the reference: "string", "number|nil".
	Type string
	// Doc is one sentence for the reference.
	Doc string
	// Get pushes one value.
	Get func(*Call)
	// Set, if not nil, takes the new value from argument 1. Without it an
	// assignment raises.
	Set func(*Call)
}
