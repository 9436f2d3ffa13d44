package dialect

// A nameID stands for one identifier of a chunk. Reserved words have the
// numbers of their token kinds.
type nameID int32

// Identifiers that the translator looks for.
const (
	nameGoto nameID = nameID(tkName) + iota
	nameIndex
	nameArg
	nameSelf
	nameEnv
	firstFreeName
)

var knownNames = [...]string{"goto", "__index", "arg", "self", "_ENV"}

const (
	hashSeed  = 2166136261 // FNV-1a, computed while the lexer scans the name
	hashPrime = 16777619
)

// nameTable numbers the identifiers of a chunk: an open hash table that
// refers to the source text.
type nameTable struct {
	slots []nameSlot // length is a power of two
	count int
}

type nameSlot struct {
	hash uint32
	id   nameID // 0: free
	text string
}

func newNameTable(sourceLength int) nameTable {
	size := 128
	for size < 4096 && size*32 < sourceLength {
		size *= 2
	}
	t := nameTable{slots: make([]nameSlot, size)}
	t.count = 1 // number 0 means free
	for k := tkAnd; k < tkName; k++ {
		t.add(spelling[k])
	}
	for _, s := range knownNames {
		t.add(s)
	}
	return t
}

func (t *nameTable) add(s string) {
	h := uint32(hashSeed)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * hashPrime
	}
	t.lookup(s, h)
}

// lookup returns the number of the identifier s whose hash is h, adding it
// when it is new.
func (t *nameTable) lookup(s string, h uint32) nameID {
	mask := uint32(len(t.slots) - 1)
	i := h & mask
	for ; t.slots[i].id != 0; i = (i + 1) & mask {
		if t.slots[i].hash == h && t.slots[i].text == s {
			return t.slots[i].id
		}
	}
	id := nameID(t.count)
	t.count++
	t.slots[i] = nameSlot{h, id, s}
	if t.count*2 > len(t.slots) {
		t.grow()
	}
	return id
}

func (t *nameTable) grow() {
	old := t.slots
	t.slots = make([]nameSlot, 2*len(old))
	mask := uint32(len(t.slots) - 1)
	for _, s := range old {
		if s.id == 0 {
			continue
		}
		i := s.hash & mask
		for t.slots[i].id != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}
