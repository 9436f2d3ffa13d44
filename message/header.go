package message

// Header gives access to the header fields of a message or a part. Names
// compare without regard to case. It is safe for concurrent use.
//
// Values that are set cannot begin another field: line ends in them become
// spaces, unless a blank follows, which makes them folds.
type Header struct {
	m        *Message // for the top part, whichever that is
	n        *node    // else
	readOnly bool
}

// HeaderMode says what becomes of the existing fields when fields are set.
type HeaderMode int

const (
	Replace HeaderMode = iota // fields of that name go, the new ones are added at the bottom
	Append                    // existing fields stay, the new ones are added at the bottom
	Prepend                   // existing fields stay, the new ones are added at the top
)

// ParseHeaderMode reads "replace", "append" or "prepend"; "" is replace.
func ParseHeaderMode(s string) (HeaderMode, error) {
	switch s {
	case "", "replace":
		return Replace, nil
	case "append":
		return Append, nil
	case "prepend":
		return Prepend, nil
	}
	return 0, ErrInvalidMode
}

// enter locks the message and gives the node.
func (h *Header) enter() (*node, error) {
	if h.m != nil {
		if err := h.m.enter(); err != nil {
			return nil, err
		}
		return h.m.top, nil
	}
	return h.n, h.n.enter()
}

// Values gives the values of the fields of that name, top to bottom, unfolded
// and with encoded-words (RFC 2047) in UTF-8.
func (h *Header) Values(name string) []string {
	return h.collect(name, true)
}

// Get gives the first of [Header.Values], "" if there is none.
func (h *Header) Get(name string) string {
	n, err := h.enter()
	if err != nil {
		return ""
	}
	defer n.leave()
	k := n.block()
	i := k.find(name)
	if i < 0 {
		return ""
	}
	return k.value(i)
}

// Has reports whether there is a field of that name.
func (h *Header) Has(name string) bool {
	_, ok := h.first(name)
	return ok
}

// Raw gives the values of the fields of that name, top to bottom, unfolded
// but not decoded.
func (h *Header) Raw(name string) []string {
	return h.collect(name, false)
}

func (h *Header) first(name string) (Field, bool) {
	n, err := h.enter()
	if err != nil {
		return Field{}, false
	}
	defer n.leave()
	return n.block().first(name)
}

func (h *Header) collect(name string, decode bool) []string {
	n, err := h.enter()
	if err != nil {
		return nil
	}
	defer n.leave()
	k := n.block()
	var out []string
	for i := range k.fields {
		f := &k.fields[i]
		if !f.is(name) {
			continue
		}
		if out == nil {
			out = make([]string, 0, 1)
		}
		if decode {
			out = append(out, k.value(i))
		} else {
			out = append(out, f.RawValue())
		}
	}
	return out
}

// Fields gives all fields, top to bottom, as they were written.
func (h *Header) Fields() []Field {
	n, err := h.enter()
	if err != nil {
		return nil
	}
	defer n.leave()
	return append([]Field(nil), n.block().fields...)
}

// Bytes gives the header block as it would be written, without the empty line
// that ends it.
func (h *Header) Bytes() []byte {
	n, err := h.enter()
	if err != nil {
		return nil
	}
	k := n.block()
	n.leave()
	var out []byte
	for i, f := range k.fields {
		out = append(out, f.raw...)
		if i+1 < len(k.fields) && !endsLine(f.raw) {
			out = append(out, crlf...)
		}
	}
	return out
}

// Set deletes the fields of that name and adds one for each value at the
// bottom. Values that are not ASCII become encoded-words.
func (h *Header) Set(name string, values ...string) error {
	return h.add(name, values, Replace)
}

// Append adds a field for each value at the bottom.
func (h *Header) Append(name string, values ...string) error {
	return h.add(name, values, Append)
}

// Prepend adds a field for each value at the very top, in that order.
func (h *Header) Prepend(name string, values ...string) error {
	return h.add(name, values, Prepend)
}

// Del deletes the fields of that name and reports whether there were any.
func (h *Header) Del(name string) (bool, error) {
	if !validName(name) {
		return false, ErrInvalidHeaderName
	}
	n, err := h.edit()
	if err != nil {
		return false, err
	}
	defer n.leave()
	kept := without(n.block().fields, name)
	if len(kept) == len(n.block().fields) {
		return false, nil
	}
	return true, n.setFields(kept)
}

// Edit is what the script function header does with a value: without values,
// or with the single value "", it deletes the fields in mode [Replace] and
// does nothing in the others. It reports whether something was done.
func (h *Header) Edit(name string, values []string, mode HeaderMode) (bool, error) {
	switch {
	case len(values) > 1 || len(values) == 1 && values[0] != "":
		err := h.add(name, values, mode)
		return err == nil, err
	case !validName(name):
		return false, ErrInvalidHeaderName
	case mode != Replace:
		return false, nil
	}
	return h.Del(name)
}

// AddRaw adds a field whose bytes are final, such as a signature, at the top.
// It must be one whole field; a missing line end is added.
func (h *Header) AddRaw(field []byte) error {
	n, err := h.edit()
	if err != nil {
		return err
	}
	defer n.leave()
	raw := append([]byte(nil), field...)
	if !endsLine(raw) {
		raw = append(raw, crlf...)
	}
	scan := scanBlock(raw)
	if len(scan.fields) != 1 || scan.complete || scan.fields[0].name == 0 {
		return ErrInvalidHeaderName
	}
	f := scan.fields[0]
	f.off = -1
	return n.setFields(append([]Field{f}, n.block().fields...))
}

// edit locks the message for a change and gives the node.
func (h *Header) edit() (*node, error) {
	n, err := h.enter()
	if err != nil {
		return nil, err
	}
	if err = n.message().writable(); err == nil && h.readOnly {
		err = ErrNotWritable
	}
	if err != nil {
		n.leave()
		return nil, err
	}
	return n, nil
}

func (h *Header) add(name string, values []string, mode HeaderMode) error {
	n, err := h.edit()
	if err != nil {
		return err
	}
	defer n.leave()
	added := make([]Field, 0, len(values))
	for _, v := range values {
		f, err := n.message().o.newField(name, v, true)
		if err != nil {
			return err
		}
		added = append(added, f)
	}
	return n.addFields(name, added, mode)
}

func (n *node) addFields(name string, added []Field, mode HeaderMode) error {
	old := n.block().fields
	if mode == Replace {
		old = without(old, name)
	}
	fields := make([]Field, 0, len(old)+len(added))
	if mode == Prepend {
		fields = append(append(fields, added...), old...)
	} else {
		fields = append(append(fields, old...), added...)
	}
	return n.setFields(fields)
}

// without gives the fields that do not have that name.
func without(fields []Field, name string) []Field {
	kept := make([]Field, 0, len(fields))
	for _, f := range fields {
		if !f.is(name) {
			kept = append(kept, f)
		}
	}
	return kept
}
