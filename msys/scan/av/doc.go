// Package av scans mail for viruses with every engine of kind scan.Antivirus:
// the Lua module msys.av, and the automatic scan of all mail.
//
//	set, err := scan.NewSet(scan.Slot{Name: "clamav", Kind: scan.Antivirus, Engine: clamd.New("", nil)})
//	rt, err := msys.New(msys.Config{
//		Modules:  append(modules.All(modules.Options{}), av.Library(set)),
//		Builtins: []msys.Builtin{{Name: "antivirus", Callout: "validate_data_spool", Run: (&av.Auto{Set: set}).Run}},
//	})
//
// A [Scanner] is safe for concurrent use.
package av
