package dkimsig

import "strings"

// Folder writes a field whose value is a tag list, folded so that lines stay
// within 78 columns where they can.
type Folder struct {
	b   strings.Builder
	col int
}

// NewFolder begins a field.
func NewFolder(name string) *Folder {
	f := &Folder{}
	f.b.WriteString(name + ":")
	f.col = len(name) + 1
	return f
}

func (f *Folder) fold() {
	f.b.WriteString("\r\n\t")
	f.col = 8
}

// Tag adds a tag whose value is not folded.
func (f *Folder) Tag(name, value string) { f.List(name, []string{value}, "") }

// List adds a tag whose value is made of items parted by sep, after which it
// may be folded.
func (f *Folder) List(name string, items []string, sep string) {
	if f.b.String()[f.b.Len()-1] != ':' {
		f.b.WriteByte(';')
	}
	for i, item := range items {
		if i == 0 {
			item = name + "=" + item
		}
		if i+1 < len(items) {
			item += sep
		}
		switch {
		case f.col+len(item)+2 > 78:
			f.fold()
		case i == 0:
			f.b.WriteByte(' ')
			f.col++
		}
		f.b.WriteString(item)
		f.col += len(item)
	}
	f.col++
}

// Base64 adds a tag whose value may be folded anywhere.
func (f *Folder) Base64(name, value string) {
	f.Tag(name, "")
	f.Data(value)
}

// Data continues the last tag with text that may be folded anywhere.
func (f *Folder) Data(value string) {
	for value != "" {
		n := min(len(value), 76-f.col)
		if n <= 0 {
			f.fold()
			continue
		}
		f.b.WriteString(value[:n])
		f.col += n
		value = value[n:]
	}
}

// String gives the field so far, without a line end.
func (f *Folder) String() string { return f.b.String() }
