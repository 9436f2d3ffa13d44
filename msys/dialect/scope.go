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
	assigned bool // it is assigned after its declaration
	used     bool // read or called
	fact     fact // what its initial value is known to be
	verdict  int8 // memo of holds(fact): 0 unknown, 1 true, -1 false
}

// A function is the state of the function being parsed.
type function struct {
	outer     *function
	line      int
	registers int // in use: locals and temporaries
	locals    int
	loops     int // nested loops around the current statement
	jumps     int
	vararg    bool
	usesDots  bool
}

// scopes keeps track of the local variables in sight. Declarations are never
// forgotten: facts about them are settled when the whole chunk is read.
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

// A fact is what is known about the value of an expression before the chunk
// runs. It may depend on locals never being assigned.
type fact struct {
	class valueClass
	deps  [2]int32 // locals, 0 for none
}

type valueClass uint8

const (
	classAny         valueClass = iota
	classNumber                 // a number
	classNonNegative            // a number that is not below zero (it may be NaN)
)

// join combines the dependencies of two facts under a new class; too many
// of them and nothing is known.
func (a fact) join(b fact, class valueClass) fact {
	deps := a.deps
	for _, d := range b.deps {
		switch {
		case d == 0 || d == deps[0] || d == deps[1]:
		case deps[0] == 0:
			deps[0] = d
		case deps[1] == 0:
			deps[1] = d
		default:
			return fact{}
		}
	}
	return fact{class, deps}
}

// holds reports whether a fact is true, once the whole chunk is read.
func (s *scopes) holds(f fact) bool {
	for _, n := range f.deps {
		if n == 0 {
			continue
		}
		d := &s.locals[n]
		if d.verdict == 0 {
			d.verdict = -1
			if !d.assigned && s.holds(d.fact) {
				d.verdict = 1
			}
		}
		if d.verdict < 0 {
			return false
		}
	}
	return true
}
