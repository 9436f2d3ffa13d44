// Package dict gives scripts dictionaries of strings, msys.core:ECDict: the
// functions msys.core.dict_*, and objects that are used like tables.
//
//	local d = msys.core.dict_blank()
//	msys.core.dict_add_key_value(d, "list", "news")
//	d.user = "ann"
//	for k, v in d do print(k, v) end
//
// The dictionaries themselves are [vctx.Dict]; [Serialize] and [Unserialize]
// keep them as bytes. Keys stay in the order in which they were added, and a
// dictionary may change while a script goes through it.
//
// The Lua module adds to the table msys.core. Opened after package vctx, as
// the runtime does with the modules of its configuration, it takes the place
// of the few functions for dictionaries there.
package dict
