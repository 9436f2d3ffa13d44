local lists = { blocked = {} }
for _, name in ipairs({ "nobody@example.com", "root@example.com" }) do
  lists.blocked[name] = true
end
return lists
