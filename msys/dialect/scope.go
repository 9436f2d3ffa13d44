package dialect

// Limits of the machine, and of C Lua.
const (
	maxLocals    = 200
	maxRegisters = 250
	maxLevels    = 200 // of nested syntax
	maxJumps     = 10000
)

// A local is one declaration of a local variable.
type local struct {
	name     nameID
	shadowed int32 // the local that the name meant before, 0 for none
	fn       *function
	used     bool // read or called
}

// A function is the state of the function being parsed.
type function struct {
	outer     *function
	line      int32
	depth     int // number of functions around it
	registers int // in use: locals and temporaries
	peak      int // the most that the current expression has used
	locals    int
	loops     int  // nested loops around the current statement
	jumps     int  // break and goto statements
	labels    bool // there is a label, so goto can make loops
	captures  bool // it uses a local of a function around it
	vararg    bool
	usesDots  bool
}

// scopes keeps track of the local variables in sight.
type scopes struct {
	locals  []local // from 1
	visible []int32 // declarations in sight, innermost last
	current []int32 // by name: the local that it means, 0 for none
}

func (s *scopes) declare(f *function, name nameID) int32 {
	for int(name) >= len(s.current) {
		s.current = append(s.current, make([]int32, max(64, len(s.current)))...)
	}
	if len(s.locals) == 0 {
		s.locals = append(s.locals, local{})
	}
	n := int32(len(s.locals))
	s.locals = append(s.locals, local{name: name, shadowed: s.current[name], fn: f})
	s.visible = append(s.visible, n)
	s.current[name] = n
	f.locals++
	return n
}

// leave ends the scope of the locals of f declared since mark.
func (s *scopes) leave(f *function, mark int) {
	for i := len(s.visible) - 1; i >= mark; i-- {
		d := &s.locals[s.visible[i]]
		s.current[d.name] = d.shadowed
	}
	f.locals -= len(s.visible) - mark
	s.visible = s.visible[:mark]
}

// resolve returns the local that a name means, 0 for a global one.
func (s *scopes) resolve(name nameID) int32 {
	if int(name) < len(s.current) {
		return s.current[name]
	}
	return 0
}
