require("msys.db")
require("msys.datasource")

local mod = {}

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and string.find(err, pattern, 1, true), "expected an error with '" .. pattern .. "', got " .. tostring(err))
end

function mod:validate_connect(ac, vctx)
  local db = require("msys.db")
  assert(db == msys.db and require("msys.datasource") == msys.datasource)

  for r in msys.db.query("t", "select 7 as N, null as M where 1=?", { 1 }) do
    assert(r.N + 1 == 8 and r.M == nil)
  end
  local n = 0
  for row in db.query("t", "select n from numbers") do n = n + 1 assert(row.n == n) end
  assert(n == 100)
  local rs, err = db.query("t", "select name from users where id = 77")
  assert(err == nil and rs() == nil and rs() == nil)
  rs = db.query("t", "select name, score, id from users order by id")
  local row = rs()
  assert(row.name == "Ann" and row.score == 1.5 and row.id == 1)
  assert(rs().name == "Bob")
  row = rs()
  assert(row.id == "9007199254740993" and row.name == "Jör")
  assert(rs() == nil and rs() == nil)

  -- A row is the script's to change.
  row = db.fetch_row("t", "select name, data, active from users where id = 1")
  assert(row.data == "\000\255" and row.active == 1)
  row.name = "changed"
  assert(db.fetch_row("t", "select name, data, active from users where id = 1").name == "Ann")

  assert(select("#", db.fetch_row("t", "select 1 where :a = 'x''?'", { a = "q" })) == 1)
  assert(db.fetch_row("t", "select 1 where :a = 'x''?'", { a = "q" }) == nil)

  -- Parameters of all kinds.
  row = db.fetch_row("t", "select typeof(?) a, typeof(?) b, typeof(?) c, typeof(?) d, typeof(?) e, ? as f", { 1, 1.5, "x", true, nil, "Ann" })
  assert(row.a == "integer" and row.b == "real" and row.c == "text" and row.d == "integer" and row.e == "null" and row.f == "Ann")
  row = db.fetch_row("t", "select $a as a, $b as b", { a = json.decode('{"k":[1]}'), unused = 1 })
  assert(row.a == tostring(json.decode('{"k":[1]}')) and row.b == nil)
  local s = msys.core.string_new()
  msys.core.stringwrite(s, "Ann")
  assert(db.fetch_row("t", "select id from users where name = :n", { n = s }).id == 1)
  assert(db.fetch_row("t", "select 1 as one", {}).one == 1)

  -- Failures.
  fails("\nfailed to prepare: bad sql", db.execute, "t", "bad sql")
  fails("\nfailed to prepare: bad sql", db.query, "t", "bad sql", nil, {})
  fails("\nfailed to prepare: bad sql", db.fetch_row, "t", "bad sql", nil, { raise_error = true })
  local quiet = { raise_error = false }
  for name, f in pairs({ execute = db.execute, query = db.query, fetch_row = db.fetch_row }) do
    local r, e = f("t", "bad sql", nil, quiet)
    assert(not r and (name == "execute") == (r == false) and string.match(e, "failed to prepare: bad sql$"), name)
    r, e = f("none", "select 1", nil, quiet)
    assert(not r and e == "unknown datasource 'none'", e)
    r, e = f("t", "select ?, :a", { 1, a = 2 }, quiet)
    assert(not r and string.find(e, "placeholders of different styles in one query", 1, true), e)
    fails("unknown datasource 'none'", f, "none", "select 1")
    fails("cannot bind a table value", f, "t", "select ?", { {} }, quiet)
    fails("cannot bind a function value", f, "t", "select :f", { f = print }, quiet)
    fails("bad argument #1 to '" .. name .. "' (string expected, got nil)", f)
    fails("bad argument #2 to '" .. name .. "' (string expected, got table)", f, "t", {})
    fails("bad argument #3 to '" .. name .. "' (table expected, got string)", f, "t", "select 1", "x")
    fails("bad argument #4 to '" .. name .. "' (table expected, got boolean)", f, "t", "select 1", nil, true)
  end

  -- What is remembered, and what not.
  assert(db.fetch_row("t", "select name from users where id = ?", { 5 }) == nil)
  local ok, e = db.execute("t", "insert into users (id, name) values (?, ?)", { 5, "Eve" })
  assert(ok == true and e == nil)
  assert(db.fetch_row("t", "select name from users where id = ?", { 5 }) == nil)
  assert(db.fetch_row("t", "select name from users where id = ?", { 5 }, { nocache = true }).name == "Eve")
  assert(db.fetch_row("t", "select name from users where id = ?", { 5 }) == nil)
  print("done")
  return msys.core.VALIDATE_CONT
end

msys.registerModule("db", mod)
