// Package refdoc renders the declarations of Lua modules: reference pages in
// Markdown, a definition file that editors understand (LuaCATS annotations,
// as LuaLS and others read them), and the one-line-a-function list of
// examples/policy -api. All three come from [bind.Module] values, so they
// cannot disagree with what is registered.
//
// Functions of this package are safe for concurrent use.
package refdoc
