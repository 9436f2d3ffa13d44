-- Rules as postmasters write them: tempfail bursts suspend, a block of the
-- sender's address becomes a failure for good.
require("msys.adaptive")

local rules = {
  ["harry.com"] = {
    responses = {
      { code = "^450 tempfail", trigger = "5/1", action = { "suspend", "4 hours" }, phase = "each_rcpt" },
      { code = "^450 permfail", trigger = "2/1", action = { "suspend", "8 hours" }, phase = "each_rcpt" },
      {
        code = "^421 4\\.7\\.0 \\[TS01\\] Messages from (?<IP>\\d+\\.\\d+\\.\\d+\\.\\d+) temporarily deferred due to user complaints - 4\\.16\\.55\\.1",
        trigger = "1",
        action = { "transcode", "554 Dynamic block in place", "throttle", "down" },
        message = "slower for a while",
        phase = "connect",
      },
    },
  },
  ["nested.example "] = {
    rules = { -- one response by itself
      code = "too many", trigger = 1,
      action = { { "reduce_connections", 1 }, { "suspend", "15 minutes" } },
    },
    configuration = {
      max_outbound_connections = { 10, 30 },
      max_retries = 7,
      outbound_throttle_messages = function(curr, last, age, mc)
        if age < 0 then error("no age") end
        return age / 86400 * 100 + mc
      end,
    },
  },
  ["alias.example"] = "nested.example",
}

msys.adaptive.registerRules(rules, "augment")
