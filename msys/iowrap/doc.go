// Package iowrap opens what scripts name by a path or a URI: files, web
// resources, buffers in memory, journals, the system log. It is the Lua
// functions msys.core.io_wrapper_* and msys.readfile, and works as well
// without Lua:
//
//	files, err := iowrap.New(&iowrap.Options{
//		PathMap: []iowrap.Mapping{{From: "/opt/msys/ecelerity/etc", To: "/etc/mailpolicy"}},
//		Roots:   []string{"/etc/mailpolicy", "/var/log/mail"},
//	})
//	defer files.Close()
//	text, err := files.ReadFile(ctx, "/opt/msys/ecelerity/etc/domains.txt")
//
// # Schemes
//
//	/path, file:///path        files
//	http://…, https://…        read by GET, as a whole
//	memory:NAME                a buffer that lasts as long as the FS
//	jlog:///path[=>SUB]        a journal (package journal): one record per write,
//	  [?subscribers=A,B]       read by its subscribers, not through this package;
//	                           cluster:// is the same
//	persist:URI                a source with a copy that serves when it fails
//	syslog:[//?facility=mail&priority=error]
//	                           one record per write
//	pipe:///program?arg1=&env1=
//	                           a program, if Options.AllowPipe
//
// [Options.Schemes] adds others or takes these away.
//
// # Confinement
//
// With [Options.Roots] no file outside of them is opened, whatever ".." or
// symbolic links say; [os.Root] sees to that. Without roots, scripts reach
// every file that the process does.
//
// # Concurrency
//
// An FS may be used by any number of goroutines. So may the objects that it
// opens, but their positions are shared.
package iowrap
