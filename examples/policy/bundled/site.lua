-- What differs from site to site.
return {
  slow_networks = { ["192.0.2.7"] = true },
  blocked_senders = { ["spam.example"] = true },
  spam_traps = { ["trap@example.com"] = true },
  archive = "archive@example.com",
  max_size = 10 * 1024 * 1024,
}
