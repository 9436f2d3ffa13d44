// Package luaio is the class "msys.core:_io_object" of scripts: an open stream
// of bytes, be it a file, the body of a message or a builder. Package iowrap
// opens such objects; other packages that give streams to scripts can make
// their own:
//
//	c.PushObject(luaio.New(stream, luaio.Info{Path: "body", Scheme: "memory"}))
//
// What a stream can do is found by its Go methods: an [io.Reader] can be read,
// an [io.Writer] written, an [io.Seeker] moved in. An object is closed by
// Close, or when nobody holds it any more.
//
// Objects are safe for concurrent use: sessions may share one. Each write
// reaches the stream as one Write.
package luaio
