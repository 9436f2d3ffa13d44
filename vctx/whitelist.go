package vctx

// CurrentScope gives the dictionary for what holds as long as the running
// phase's subject: MessScope in a transaction, else ConnScope.
func (v *Context) CurrentScope() Scope {
	if v.InTransaction() {
		return MessScope
	}
	return ConnScope
}

// SetWhitelist puts the session or message on a whitelist, or takes it off.
func (v *Context) SetWhitelist(scope Scope, name string, on bool) {
	if !scope.Valid() {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.setTrue(scope, KeyWhitelistPrefix+name, on)
}

// Whitelisted reports whether the session or the message is on one of the
// whitelists.
func (v *Context) Whitelisted(names ...string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, name := range names {
		for scope := range v.dicts {
			if _, ok := v.dicts[scope].Lookup(KeyWhitelistPrefix + name); ok {
				return true
			}
		}
	}
	return false
}
