package vctx

// Flags of a context, which scripts set as fields of vctx.
const (
	// FlagDeschedule is accepted and has no effect.
	FlagDeschedule = "deschedule"
	// FlagBodyHasChanged says that policy changed the content of the message;
	// it is cleared with the message variables.
	FlagBodyHasChanged = "body_has_changed"
	// FlagTransparency makes built-in checks leave the message as it is.
	FlagTransparency = "transparency"
	// FlagNeedsAuthResults asks for an Authentication-Results field.
	FlagNeedsAuthResults = "needs_auth_results"
)

// flags is a set of flags.
type flags uint8

// flagBit gives the bit of a flag, 0 for a name that is none.
func flagBit(name string) flags {
	switch name {
	case FlagDeschedule:
		return 1
	case FlagBodyHasChanged:
		return 2
	case FlagTransparency:
		return 4
	case FlagNeedsAuthResults:
		return 8
	}
	return 0
}

// Flag reports whether the flag of that name is set.
func (v *Context) Flag(name string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.flags&flagBit(name) != 0
}

// SetFlag sets or clears the flag of that name. Other names have no effect.
func (v *Context) SetFlag(name string, on bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case v.ended:
	case on:
		v.flags |= flagBit(name)
	default:
		v.flags &^= flagBit(name)
	}
}
