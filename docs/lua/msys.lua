---@meta
-- Generated from the declarations in the packages; do not edit.

json = {}
json.ERROR_DEPTH = 2
json.ERROR_PARSE_EOF = 3
json.ERROR_PARSE_UNEXPECTED = 4
json.ERROR_PARSE_NULL = 5
json.ERROR_PARSE_BOOLEAN = 6
json.ERROR_PARSE_NUMBER = 7
json.ERROR_PARSE_ARRAY = 8
json.ERROR_PARSE_OBJECT_KEY_NAME = 9
json.ERROR_PARSE_OBJECT_KEY_SEP = 10
json.ERROR_PARSE_OBJECT_VALUE_SEP = 11
json.ERROR_PARSE_STRING = 12
json.ERROR_PARSE_COMMENT = 13
---Does nothing and gives true.
---@param obj? any
---@return boolean
function json.addref(obj) end

---Gives the JSON value that a string holds; comments, single quotes, a trailing comma and text after the value are forgiven. A failure gives nil, one of the `json.ERROR_` codes and the reason with its position. The text `null` gives nil and the code 0.
---@param str string
---@return json_object*|nil libjson
---@return number code
---@return string] err
function json.decode(str) end

---Makes a JSON value of a Lua value. A table with something at index 1 becomes an array, up to the first nil; any other table becomes an object with its keys as strings, sorted. A JSON value is not copied. Without argument the value is an empty object. What JSON cannot express raises.
---@param obj? any
---@return json_object* libjson
function json.encode(obj) end

---Does nothing: values go when nobody holds them.
---@param obj? any
function json.free(obj) end

---Makes an empty object; the same function as `json.encode`.
---@param obj? any
---@return json_object* libjson
function json.new(obj) end

---Gives the text of an error code.
---@param code number
---@return string
function json.strerror(code) end

---A JSON value.
---@class libjson.json_object*
local libjson_json_object* = {}

msys = {}
---Gives a component of each address in a header value: all (default), localpart, user, detail or domain. What is no address is skipped; an address without the component contributes nothing.
---@param addressstring string
---@param component? string
---@return table
function msys.parseRFC2822Addresses(addressstring, component) end

---Tells whether the call may wait.
---@return boolean
function msys.asyncOk() end

---Gives the object as one of the named class; raises if it is not one.
---@param object any
---@param classnamestring string
---@return any
function msys.cast(object, classnamestring) end

---Reads or changes configuration: actions get, eval, set, unset, show; then pairs of scope and name, the option, and the value for set. An option that is not set gives nil and a text.
---@param action string
---@param ... any
---@return any
---@return string text
function msys.config(action, ...) end

---Replaces each `%{macro}` by its value; `%%{` gives `%{`. Unknown macros stay as written.
---@param string string
---@return string
function msys.expandMacro(string) end

---Gives the metatable of a class. Functions that a script assigns to it become methods of all its objects.
---@param classnamestring string
---@return table|nil
function msys.getClassMetaTable(classnamestring) end

---Takes the process-wide lock of that name and waits for it. The callout or closure that runs owns it; a lock that is left over when its owner ends is released, with a warning.
---@param mutexname string
function msys.lock(mutexname) end

---Writes a log record with a level of msys.core.LOG_*.
---@param level number
---@param text string
function msys.log(level, text) end

---Registers an authentication scheme: a table with `authenticate`, `enumGroups` and `queryGroups`. Only init() may call it.
---@param schemename string
---@param authtable table
function msys.registerAuth(schemename, authtable) end

---Registers a console command. What the function prints goes to the caller. A later call for the same prefix replaces it.
---@param prefix string
---@param closure function
function msys.registerControl(prefix, closure) end

---Registers a table whose functions are callouts. A table without any known callout raises an error. Functions are looked up at each call, so they may be assigned later.
---@param name string
---@param functable table
function msys.registerModule(name, functable) end

---Runs the closure on the event loop inst, as pcall does.
---@param inst any
---@param closure function
---@return boolean
---@return any ...
function msys.runInInst(inst, closure) end

---Runs the closure in the named pool and gives true and its results, or false and a message. With mode true it starts after the callout has ended, without results; a function as mode is called after it succeeded.
---@param pool string|number
---@param closure function
---@param mode? boolean|function
---@param completion? number
---@return boolean|nil
---@return any ...
function msys.runInPool(pool, closure, mode, completion) end

---Gives the value that shareSet kept, nil if there is none.
---@param key string
---@return string|number|boolean|nil
function msys.shareGet(key) end

---Keeps a value that all scripts of the process can read with shareGet, and tells whether it was stored.
---@param key string
---@param value string|number|boolean
---@return boolean
function msys.shareSet(key, value) end

---Forgets the value of shareSet.
---@param key string
function msys.shareUnset(key) end

---Suspends this session only, for a number of seconds that may have a fraction; 0 or less lets others run once.
---@param duration_in_seconds number
function msys.sleep(duration_in_seconds) end

---Gives the class of an object, or what Lua's type gives for any other value.
---@param parameter any
---@return string
function msys.type(parameter) end

---Releases a lock of the running callout or closure.
---@param mutexname string
function msys.unlock(mutexname) end

---The same as msys.pcre.match.
---@param str string
---@param pattern string
---@return table|nil
---@return string err
---@return number errnum
function msys.pcre_match(str, pattern) end

msys.audit = {}
---Gives the number of connections, under another name, in a monitor named by "interval,windows"; one that is not configured raises. options are `startv` and `endv`, the first and last window (0, the current one), `cidr`, an address or block (the client's), and `cluster` for the total of all nodes; anything else than a table is the cidr.
---@param monitor string
---@param options? table|string|ac|sockaddr
---@return number
function msys.audit.connection(monitor, options) end

---Gives the number of connections in a monitor named by "interval,windows"; one that is not configured raises. options are `startv` and `endv`, the first and last window (0, the current one), `cidr`, an address or block (the client's), and `cluster` for the total of all nodes; anything else than a table is the cidr.
---@param monitor string
---@param options? table|string|ac|sockaddr
---@return number
function msys.audit.connections(monitor, options) end

---Gives the number of sessions that are open now from an address or block (nil: the client's) to a service ("SMTP"). "inbound_cidr" are the SMTP sessions of all nodes.
---@param cidr? string|ac|sockaddr
---@param servicename? string
---@return number
function msys.audit.inbound_session_count(cidr, servicename) end

---Gives the number of accepted messages in a monitor named by "interval,windows"; one that is not configured raises. options are `startv` and `endv`, the first and last window (0, the current one), `cidr`, an address or block (the client's), and `cluster` for the total of all nodes; anything else than a table is the cidr.
---@param monitor string
---@param options? table|string|ac|sockaddr
---@return number
function msys.audit.receptions(monitor, options) end

---Gives the number of rejections in a monitor named by "interval,windows"; one that is not configured raises. options are `startv` and `endv`, the first and last window (0, the current one), `cidr`, an address or block (the client's), and `cluster` for the total of all nodes; anything else than a table is the cidr.
---@param monitor string
---@param options? table|string|ac|sockaddr
---@return number
function msys.audit.rejections(monitor, options) end

msys.audit_series = {}
---Adds to the count of a key in the current window and gives true. options are `count` (1, may be negative), `key` and, for cidr_ipv6, `prefix_len`; anything else than a table is the key: an address or block (nil: the client's), or the text of a string series, which is required.
---@param name string
---@param options? table|string|number|ac|sockaddr
---@return boolean
function msys.audit_series.add(name, options) end

---Gives the sum of a key over windows, 0 if there is none. options are `startv` and `endv`, the first and last window (0, the current one), and `key`; anything else than a table is the key: an address or any block (nil: the client's), or a text.
---@param name string
---@param options? table|string|number|ac|sockaddr
---@return number
function msys.audit_series.count(name, options) end

---Makes a series of type "cidr" (IPv4), "cidr_ipv6" or "string" with so many windows of interval seconds; gives true. options are `serialize` (write each window to a log), `persist` (keep over restarts) and `replicate` ("none", "cluster", "manager"). Defining a series again keeps its counts if type, interval and windows are the same.
---@param name string
---@param type string
---@param interval number
---@param num_windows number
---@param options? table
---@return boolean
function msys.audit_series.define(name, type, interval, num_windows, options) end

---Removes exactly that key with all its windows and tells whether it was there.
---@param name string
---@param key? string|number|ac|sockaddr
---@return boolean
function msys.audit_series.remove_item(name, key) end

msys.base64 = {}
---Gives the bytes that base64 text stands for. White space is skipped, padding may be missing; anything else that is no base64 raises. With a `charset` the result is converted from it to UTF-8.
---@param encoded_text string
---@param charset? string
---@return string
function msys.base64.decode(encoded_text, charset) end

---Gives the bytes of `original` in base64, padded. If `fold` is true, or anything but nil and false, a CRLF follows every 76 characters that are not the last. With a `charset` the original, which is UTF-8 then, is converted to it first; a character that it lacks raises, and so does an unknown name.
---@param original string
---@param fold? any
---@param charset? string
---@return string
function msys.base64.encode(original, fold, charset) end

msys.bounce = {}
---Gives the class of a mail that came back: its number, its symbol and its name, and the recipient whose mail bounced, `""` if that cannot be told. A mail that is no bounce is 1, `BC_UNDETERMINED`.
---@param msg msys.core._ec_message
---@return number code
---@return string code_string
---@return string description
---@return string orig_rcpt
function msys.bounce.classify(msg) end

---Gives the class of a mail server's reply: its number, its symbol and its name. `domain` is that of the recipient, for rules that apply to certain domains. What no rule knows is 1, `BC_UNDETERMINED`.
---@param response_text string
---@param domain? string
---@return number code
---@return string code_string
---@return string description
function msys.bounce.classify_smtp_response(response_text, domain) end

msys.cidr = {}
---Makes a table and starts to load it; gives true. options are `type` ("datasource", "rbldnsd" or "empty", which may stand alone for the table), `default_value` for queries without a match, `interpolate`, `refresh` in seconds (1800; 0: never by itself); for rbldnsd `source` and `value` ("a" or "txt"); for datasources `cachename`, `query`, `cidr_column` and `value_column`. Other options are ignored. A missing required option raises; a source that cannot be read does not.
---@param name string
---@param options table|string
---@return boolean
function msys.cidr.define(name, options) end

---Removes a block from a table of type "empty". Other tables raise.
---@param name string
---@param cidr string
---@return boolean
function msys.cidr.delete(name, cidr) end

---Gives the value of the longest block that covers an address or block (nil: the client's), or the table's default value. A text that is no address gives the default value. Before the first load has ended, the call waits for it.
---@param name string
---@param address? string|ac|sockaddr
---@return string|number|boolean|nil
function msys.cidr.query(name, address) end

---Reads the table's source now and gives true, or nil and the reason why the old table stays.
---@param name string
---@return boolean|nil
---@return string err
function msys.cidr.reload(name) end

---Inserts a block into a table of type "empty", or replaces its value (true if nil). Other tables raise.
---@param name string
---@param cidr string
---@param value? string|number|boolean
---@return boolean
function msys.cidr.update(name, cidr, value) end

msys.core = {}
msys.core.ECMESS_CTX_CONN = 0
msys.core.ECMESS_CTX_MESS = 1
msys.core.EC_MIME_TE_7BIT = 1
msys.core.EC_MIME_TE_8BIT = 2
msys.core.EC_MIME_TE_BASE64 = 5
msys.core.EC_MIME_TE_BINARY = 3
msys.core.EC_MIME_TE_QUOTED_PRINTABLE = 4
msys.core.EC_MSG_ENV_COMPLETE = 4
msys.core.EC_MSG_ENV_FROM = 1
msys.core.EC_MSG_ENV_TO = 2
msys.core.EC_MSG_MIME_FATALLY_BAD = 2
msys.core.EC_MSG_MIME_INVALID = 1
msys.core.EC_MSG_MIME_OK = 0
msys.core.EC_MSG_RENDER_AVOID_IO = 256
msys.core.EC_MSG_RENDER_CALCULATE_LENGTH_ONLY = 2
msys.core.EC_MSG_RENDER_DEBUG = 128
msys.core.EC_MSG_RENDER_HEADERS_ONLY = 4
msys.core.EC_MSG_RENDER_OMIT_DOT = 1
msys.core.EC_MSG_RENDER_OMIT_EPILOGUE = 32
msys.core.EC_MSG_RENDER_OMIT_HEADERS = 16
msys.core.EC_MSG_RENDER_SUPPRESS_WRITE_ERRORS = 512
msys.core.EC_MSG_RENDER_UNSTUFFED = 64
msys.core.EC_MSG_RENDER_XML = 8
msys.core.EM_FAILED = 2
msys.core.EM_SUCCEEDED = 1
msys.core.EM_TRYING = 0
msys.core.P_CLUSTER = 12
msys.core.P_ECSTREAM = 5
msys.core.P_ESMTP = 2
msys.core.P_HTTP = 7
msys.core.P_IMAP = 11
msys.core.P_INTERNAL = 1
msys.core.P_LMTP = 4
msys.core.P_MM7 = 9
msys.core.P_POP3 = 10
msys.core.P_REST = 6
msys.core.P_SMPP = 8
msys.core.P_SMTP = 3
msys.core.STRING_TYPE_DISK_BACKED = -101
msys.core.STRING_TYPE_ECSTRING = 2
msys.core.STRING_TYPE_GROWABLE_STATIC = -104
msys.core.STRING_TYPE_GROWBUF = -103
msys.core.STRING_TYPE_IO_OBJECT = -102
msys.core.STRING_TYPE_MALLOC = 1
msys.core.STRING_TYPE_MESSAGE_BODY = 3
msys.core.STRING_TYPE_SIEVE = 4
msys.core.STRING_TYPE_STATIC = -100
---Gives the number of bindings in a group, 0 if it is unknown.
---@param group string
---@return number
function msys.core.config_get_binding_group_size(group) end

---Gives the number of a binding, -1 if it does not exist; that of default is 0.
---@param name string
---@return number
function msys.core.config_get_binding_id_from_name(name) end

---Gives the name of a binding by its number, or nil.
---@param id number
---@return string|nil
function msys.core.config_get_binding_name_from_id(id) end

---Gives a stream that takes the content of an empty message in SMTP's wire form; close parses it.
---@param msg msys.core._ec_message
---@param size_hint? number
---@return _io_object msys.core
function msys.core.ec_message_builder(msg, size_hint) end

---The same as `msg:context_delete`.
---@param msg msys.core._ec_message
---@param type number
---@param key string
---@return number
function msys.core.ec_message_context_delete(msg, type, key) end

---The same as `msg:context_exists`.
---@param msg msys.core._ec_message
---@param type number
---@param key string
---@return number
function msys.core.ec_message_context_exists(msg, type, key) end

---The same as `msg:context_exists_and_get`.
---@param msg msys.core._ec_message
---@param type number
---@param key string
---@return number
---@return string|nil
function msys.core.ec_message_context_exists_and_get(msg, type, key) end

---The same as `msg:context_firstkey`.
---@param msg msys.core._ec_message
---@param type number
---@return string|nil
function msys.core.ec_message_context_firstkey(msg, type) end

---The same as `msg:context_get`.
---@param msg msys.core._ec_message
---@param type number
---@param key string
---@return string
function msys.core.ec_message_context_get(msg, type, key) end

---The same as `msg:context_nextkey`.
---@param msg msys.core._ec_message
---@param type number
---@param key string
---@return string|nil
function msys.core.ec_message_context_nextkey(msg, type, key) end

---The same as `msg:context_set`.
---@param msg msys.core._ec_message
---@param type number
---@param key string
---@param value string
---@return number
function msys.core.ec_message_context_set(msg, type, key, value) end

---The same as `msg:copy`.
---@param msg msys.core._ec_message
---@return _ec_message msys.core
function msys.core.ec_message_copy(msg) end

---The same as `msg:free`.
---@param msg msys.core._ec_message
function msys.core.ec_message_free(msg) end

---The same as `msg:get_code`.
---@param msg msys.core._ec_message
---@return string|nil
function msys.core.ec_message_get_code(msg) end

---The same as `msg:get_delivery_method`.
---@param msg msys.core._ec_message
---@return string
function msys.core.ec_message_get_delivery_method(msg) end

---The same as `msg:get_envelope2`.
---@param msg msys.core._ec_message
---@param flags number
---@param lp msys.core._ec_string|nil
---@param dom msys.core._ec_string|nil
---@return number
---@return number
function msys.core.ec_message_get_envelope2(msg, flags, lp, dom) end

---The same as `msg:get_message_size`.
---@param msg msys.core._ec_message
---@return number
function msys.core.ec_message_get_message_size(msg) end

---The same as `msg:is_mcmt`.
---@param msg msys.core._ec_message
---@return number
function msys.core.ec_message_is_mcmt(msg) end

---Makes an empty message of the null sender, received internally. now is in seconds since 1970; nil is the present.
---@param now? number
---@return _ec_message msys.core
function msys.core.ec_message_new(now) end

---The same as `msgpart:addFirstChild`.
---@param part msys.core._ec_message_part
---@param child msys.core._ec_message_part
---@return boolean
function msys.core.ec_message_part_add_child_first(part, child) end

---The same as `msgpart:addLastChild`.
---@param part msys.core._ec_message_part
---@param child msys.core._ec_message_part
---@return boolean
function msys.core.ec_message_part_add_child_last(part, child) end

---The same as `msgpart:insertAfter`.
---@param part msys.core._ec_message_part
---@param after msys.core._ec_message_part
---@return boolean
function msys.core.ec_message_part_insert_after(part, after) end

---The same as `msgpart:insertBefore`.
---@param part msys.core._ec_message_part
---@param before msys.core._ec_message_part
---@return boolean
function msys.core.ec_message_part_insert_before(part, before) end

---The same as `msgpart:unlink`.
---@param part msys.core._ec_message_part
function msys.core.ec_message_part_unlink(part) end

---The same as `msg:render_to_string`.
---@param msg msys.core._ec_message
---@param string msys.core._ec_string
---@param flags? number
---@return number
function msys.core.ec_message_render_to_string(msg, string, flags) end

---The same as `msg:set_code`.
---@param msg msys.core._ec_message
---@param number number|string
---@param string string
---@return number
function msys.core.ec_message_set_code(msg, number, string) end

---The same as `msg:set_first_part`.
---@param msg msys.core._ec_message
---@param part msys.core._ec_message_part
---@return boolean
function msys.core.ec_message_set_first_part(msg, part) end

---The same as `msg:snapshot`.
---@param msg msys.core._ec_message
---@return _ec_message msys.core
function msys.core.ec_message_snapshot(msg) end

---Gives the lower-case name of a reception method, msys.core.P_*; "unknown" for other numbers.
---@param method number
---@return string
function msys.core.protocol_string(method) end

---Gives the upper-case name of a reception method.
---@param method number
---@return string
function msys.core.protocol_string_uc(method) end

---Makes an empty growing string.
---@return _ec_string msys.core
function msys.core.string_new() end

---Appends the first len bytes of text, or all of it, and gives the string.
---@param string msys.core._ec_string
---@param text string
---@param len? number
---@return _ec_string msys.core
function msys.core.stringwrite(string, text, len) end

---A message: its content, its envelope and what policy decided about it.
---@class msys.core._ec_message
---@field id msys.core._message_id The message's id; it stands for a string.
---@field batch_id msys.core._message_id The id that the messages of a transaction share.
---@field conn_id msys.core._message_id The id of the connection; all zeros for generated mail.
---@field priority number 0, or 1 for mail that is delivered first.
---@field recv_method number How the message came in, msys.core.P_*.
---@field delivered number msys.core.EM_*.
---@field creation_time number Seconds since 1970, 0 if unknown.
---@field next_attempt number Seconds since 1970, 0 if unknown.
---@field final_time number Seconds since 1970, 0 if unknown.
---@field num_retries number Delivery attempts so far.
---@field invalid_mime number msys.core.EC_MSG_MIME_*.
---@field is_snapshot number 1 for a snapshot.
---@field failed number 1 if delivery was given up.
---@field bounce number 1 for a bounce.
---@field recv_from msys.core._ec_sockaddr|nil The client's address; nil for internal mail.
---@field recv_via msys.core._ec_sockaddr|nil The listener's address; nil for internal mail.
local msys_core__ec_message = {}

---Gives a component of all addresses in the fields of that name: all (default), localpart, user, detail or domain. An address without it contributes nothing.
---@param headername string
---@param component? string
---@param decode? boolean
---@return table
function msys_core__ec_message:address_header(headername, component, decode) end

---Gives the name of the binding, nil if none is chosen. With a name: chooses it and gives it, or nil if it does not exist.
---@param value? string
---@return string|nil
function msys_core__ec_message:binding(value) end

---Gives the group of the binding or nil. With a name: chooses a binding of the group and gives the group, or nil if there is none to choose.
---@param value? string
---@return string|nil
function msys_core__ec_message:binding_group(value) end

---Gives the body without the headers, transfer encoding kept, and its length; replaces it first if a value is given.
---@param value? string
---@return string
---@return number
function msys_core__ec_message:body(value) end

---Searches the body in its transfer encoding. Gives the captures of the first match, shaped as by msys.pcre.match, and an array of those of all matches; false if there is none. A wrong pattern: false, a text and the offset.
---@param pattern string
---@return table|boolean
---@return table|string
---@return number
function msys_core__ec_message:body_match(pattern) end

---Replaces all matches in the body in its transfer encoding. Gives true and their number, or false if nothing changed. A wrong pattern: false, a text and the offset.
---@param pattern string
---@param replacement string
---@return boolean
---@return number|string
---@return number
function msys_core__ec_message:body_replace(pattern, replacement) end

---Gives an empty message its content: headers by name, alternative contents by content type, attachments of the form {type, name, headers, content}.
---@param headers table
---@param parts table|nil
---@param attachments table|nil
---@return boolean
function msys_core__ec_message:build(headers, parts, attachments) end

---Gives the SMTP reply set for the message, or nil; sets it first if arguments are given. Number 0 or nil: the text begins with the code.
---@param number? number|string
---@param string? string
---@return string|nil
function msys_core__ec_message:code(number, string) end

---Gives mimetype, charset, encoding, is_attachment and filename of the part; what is unknown is absent.
---@return table
function msys_core__ec_message:content_type() end

---Deletes a context variable; 1 if there was one, else 0.
---@param type number
---@param key string
---@return number
function msys_core__ec_message:context_delete(type, key) end

---Gives 1 if there is such a context variable, else 0.
---@param type number
---@param key string
---@return number
function msys_core__ec_message:context_exists(type, key) end

---Gives 1 and the value, or 0 and nil.
---@param type number
---@param key string
---@return number
---@return string|nil
function msys_core__ec_message:context_exists_and_get(type, key) end

---Gives the first key in sorted order, or nil.
---@param type number
---@return string|nil
function msys_core__ec_message:context_firstkey(type) end

---Gives a context variable, "" if there is none.
---@param type number
---@param key string
---@return string
function msys_core__ec_message:context_get(type, key) end

---Gives the key after another one in sorted order, or nil.
---@param type number
---@param key string
---@return string|nil
function msys_core__ec_message:context_nextkey(type, key) end

---Sets a context variable; 1 if that changed something, else 0. A nil key or value stores nothing.
---@param type number
---@param key string
---@param value string
---@return number
function msys_core__ec_message:context_set(type, key, value) end

---Gives an independent copy under a new id.
---@return _ec_message msys.core
function msys_core__ec_message:copy() end

---Accepts the message towards the sender and delivers it to nobody. Before the split the whole transaction is meant, afterwards this recipient. The script goes on.
---@param reason? string
function msys_core__ec_message:discard(reason) end

---Sends a new message with the text and with this one attached; this one is still delivered. Gives true, or nil and why not.
---@param sender string
---@param rcptto string|table
---@param text string
---@param subject? string
---@param charset? string
---@return boolean|nil
---@return string err
function msys_core__ec_message:forward(sender, rcptto, text, subject, charset) end

---Releases a copy, snapshot or new message; later use raises. Nothing for the server's own.
function msys_core__ec_message:free() end

---Gives the SMTP reply set for the message, or nil.
---@return string|nil
function msys_core__ec_message:get_code() end

---Gives the way of delivery in lower case: esmtp unless something else was chosen.
---@return string
function msys_core__ec_message:get_delivery_method() end

---Writes local part and domain of the sender (EC_MSG_ENV_FROM) or recipient (EC_MSG_ENV_TO) into the strings; with EC_MSG_ENV_COMPLETE the first gets the whole address. Gives 1, and 1 for the null sender, else 0.
---@param flags number
---@param lp msys.core._ec_string|nil
---@param dom msys.core._ec_string|nil
---@return number
---@return number
function msys_core__ec_message:get_envelope2(flags, lp, dom) end

---Gives the number of bytes of the content.
---@return number
function msys_core__ec_message:get_message_size() end

---With a name alone: an array of the field's values, decoded, in file order; empty if there is none. With a value (or an array of values): sets it by the mode `replace` (default), `append` (at the bottom) or `prepend` (at the top) and gives true. With nil, "" or {}: deletes the fields and tells whether there were any.
---@param hdr string
---@param value? string|table|nil
---@param mode? string
---@return table|boolean
function msys_core__ec_message:header(hdr, value, mode) end

---Sends an independent copy as new mail. Recipients are an array or separated by commas. Gives true, or nil and why not.
---@param mailfrom string
---@param rcptto string|table
---@return boolean|nil
---@return string err
function msys_core__ec_message:inject(mailfrom, rcptto) end

---1 if the top type is multipart/vnd.msys.mcmt.
---@return number
function msys_core__ec_message:is_mcmt() end

---Gives the listener's address: "all" (or nil), "ip" or "port". "" for internal mail.
---@param flag? string
---@return string
function msys_core__ec_message:listener_addr(flag) end

---Gives the sender without brackets, "" for the null sender; sets it first if a value is given.
---@param value? string
---@return string
function msys_core__ec_message:mailfrom(value) end

---Makes a boundary that confuses with none in the message, nor in the parts and messages that are given.
---@param ... any
---@return string
function msys_core__ec_message:makeBoundary(...) end

---Makes an unlinked container of a type multipart/*. Without a boundary one is made.
---@param mimetype string
---@param boundary? string
---@param add_terminator? boolean
---@return _ec_message_part msys.core
function msys_core__ec_message:makeContainer(mimetype, boundary, add_terminator) end

---Makes an unlinked leaf. The body is verbatim, already in the encoding (EC_MIME_TE_* or its name, default 7bit).
---@param mimetype string
---@param body? string|any
---@param encoding? number|string
---@return _ec_message_part msys.core
function msys_core__ec_message:makePart(mimetype, body, encoding) end

---Gives the top part, nil without content. With true, edits through it or parts reached from it raise.
---@param readonly? boolean
---@return _ec_message_part|nil msys.core
function msys_core__ec_message:mime(readonly) end

---Gives the whole content and its length; replaces it first if a value is given. A final CRLF.CRLF in the value is no content.
---@param value? string
---@return string
---@return number
function msys_core__ec_message:raw(value) end

---Searches the header and the body as they are. Gives the captures of the first match, shaped as by msys.pcre.match, and an array of those of all matches; false if there is none. A wrong pattern: false, a text and the offset.
---@param pattern string
---@return table|boolean
---@return table|string
---@return number
function msys_core__ec_message:raw_match(pattern) end

---Replaces all matches in the header and the body as they are. Gives true and their number, or false if nothing changed. A wrong pattern: false, a text and the offset.
---@param pattern string
---@param replacement string
---@return boolean
---@return number|string
---@return number
function msys_core__ec_message:raw_replace(pattern, replacement) end

---Gives the recipient without brackets; before the split the one that is being looked at, or the first. Sets it first if a value is given; before the split that has no effect and is warned about.
---@param value? string
---@return string
function msys_core__ec_message:rcptto(value) end

---Gives the client's address: "all" (or nil), "ip" or "port". "" for internal mail.
---@param flag? string
---@return string
function msys_core__ec_message:reception_peer(flag) end

---Appends the content in SMTP's wire form, or as the flags EC_MSG_RENDER_* say, and gives its length; -1 if writing failed.
---@param string msys.core._ec_string
---@param flags? number
---@return number
function msys_core__ec_message:render_to_string(string, flags) end

---Gives the domain that decides where the message goes, in lower case; sets it first if a value is given. "" goes back to the recipient's.
---@param value? string
---@return string
function msys_core__ec_message:routing_domain(value) end

---Sets the SMTP reply and gives the number that was set before, 0 if none, -1 if the new one is invalid.
---@param number number|string
---@param string string
---@return number
function msys_core__ec_message:set_code(number, string) end

---Makes an unlinked part the top; fields that are not of MIME move over to it.
---@param part msys.core._ec_message_part
---@return boolean
function msys_core__ec_message:set_first_part(part) end

---Gives a view of the message as it is now, under the same id; setters on it raise.
---@return _ec_message msys.core
function msys_core__ec_message:snapshot() end

---Without a value: the text of the text parts in UTF-8: nil, one string, or an array. With a value: the whole body becomes one text part; gives true.
---@param value? string
---@param type? string
---@param charset? string
---@return string|table|boolean|nil
function msys_core__ec_message:text(value, type, charset) end

---Searches each text part, decoded to UTF-8. Gives the captures of the first match, shaped as by msys.pcre.match, and an array of those of all matches; false if there is none. A wrong pattern: false, a text and the offset.
---@param pattern string
---@return table|boolean
---@return table|string
---@return number
function msys_core__ec_message:text_match(pattern) end

---Replaces all matches in each text part, decoded to UTF-8. Gives true and their number, or false if nothing changed. A wrong pattern: false, a text and the offset.
---@param pattern string
---@param replacement string
---@return boolean
---@return number|string
---@return number
function msys_core__ec_message:text_replace(pattern, replacement) end

---A part of a message: a leaf, or a container of parts.
---@class msys.core._ec_message_part
---@field parts msys.core._ec_message_part|nil The first child; nil for a leaf.
---@field next msys.core._ec_message_part|nil The next sibling.
---@field parent msys.core._ec_message_part|nil The container.
---@field thread msys.core._ec_message_part|nil The next part in document order.
---@field boundary string|nil The boundary; nil for a leaf.
---@field boundary_len number The boundary's length; 0 for a leaf.
---@field encoding number The transfer encoding, msys.core.EC_MIME_TE_*.
---@field touched number 1 if the part was changed.
---@field body msys.core._io_object The raw body, to be read.
---@field headers_start number Offset of the headers in the content.
---@field preamble_start number Offset of what precedes the first child.
---@field preamble_len number Length of what precedes the first child.
---@field epilogue_end number Offset of the part's end.
---@field body_start number Offset of the body; of a part made by makePart, where its body begins in its source.
---@field body_end number Offset of the body's end; of a part made by makePart, where its body ends in its source.
local msys_core__ec_message_part = {}

---Makes an unlinked part the first child. false if this is no container, the part is linked, or contains this one.
---@param child msys.core._ec_message_part
---@return boolean
function msys_core__ec_message_part:addFirstChild(child) end

---Makes an unlinked part the last child. false as for addFirstChild.
---@param child msys.core._ec_message_part
---@return boolean
function msys_core__ec_message_part:addLastChild(child) end

---Gives a component of all addresses in the fields of that name: all (default), localpart, user, detail or domain. An address without it contributes nothing.
---@param headername string
---@param component? string
---@param decode? boolean
---@return table
function msys_core__ec_message_part:address_header(headername, component, decode) end

---As msg:body, for the part.
---@param value? string
---@return string
---@return number
function msys_core__ec_message_part:body(value) end

---Searches the body in its transfer encoding. Gives the captures of the first match, shaped as by msys.pcre.match, and an array of those of all matches; false if there is none. A wrong pattern: false, a text and the offset.
---@param pattern string
---@return table|boolean
---@return table|string
---@return number
function msys_core__ec_message_part:body_match(pattern) end

---Replaces all matches in the body in its transfer encoding. Gives true and their number, or false if nothing changed. A wrong pattern: false, a text and the offset.
---@param pattern string
---@param replacement string
---@return boolean
---@return number|string
---@return number
function msys_core__ec_message_part:body_replace(pattern, replacement) end

---Gives mimetype, charset, encoding, is_attachment and filename of the part; what is unknown is absent.
---@return table
function msys_core__ec_message_part:content_type() end

---As msg:header, on the part's own header.
---@param headername string
---@param value? string|table|nil
---@param mode? string
---@return table|boolean
function msys_core__ec_message_part:header(headername, value, mode) end

---Puts this unlinked part after another one. false as for insertBefore.
---@param after msys.core._ec_message_part
---@return boolean
function msys_core__ec_message_part:insertAfter(after) end

---Puts this unlinked part before another one. false if the other is the top, or this one is linked or contains it.
---@param before msys.core._ec_message_part
---@return boolean
function msys_core__ec_message_part:insertBefore(before) end

---As msg:raw, for the part.
---@param value? string
---@return string
---@return number
function msys_core__ec_message_part:raw(value) end

---Searches the header and the body as they are. Gives the captures of the first match, shaped as by msys.pcre.match, and an array of those of all matches; false if there is none. A wrong pattern: false, a text and the offset.
---@param pattern string
---@return table|boolean
---@return table|string
---@return number
function msys_core__ec_message_part:raw_match(pattern) end

---Replaces all matches in the header and the body as they are. Gives true and their number, or false if nothing changed. A wrong pattern: false, a text and the offset.
---@param pattern string
---@param replacement string
---@return boolean
---@return number|string
---@return number
function msys_core__ec_message_part:raw_replace(pattern, replacement) end

---Without a value: the text in UTF-8, nil if there is none; of a container, an array if there are several; of a leaf that is no text, its decoded bytes. With a value: the part becomes one text part; gives true.
---@param value? string
---@param type? string
---@param charset? string
---@return string|table|boolean|nil
function msys_core__ec_message_part:text(value, type, charset) end

---Searches each text part, decoded to UTF-8. Gives the captures of the first match, shaped as by msys.pcre.match, and an array of those of all matches; false if there is none. A wrong pattern: false, a text and the offset.
---@param pattern string
---@return table|boolean
---@return table|string
---@return number
function msys_core__ec_message_part:text_match(pattern) end

---Replaces all matches in each text part, decoded to UTF-8. Gives true and their number, or false if nothing changed. A wrong pattern: false, a text and the offset.
---@param pattern string
---@param replacement string
---@return boolean
---@return number|string
---@return number
function msys_core__ec_message_part:text_replace(pattern, replacement) end

---Takes the part and what it contains out of its tree; the top part raises.
function msys_core__ec_message_part:unlink() end

---A growing string of bytes. It passes wherever a string is expected.
---@class msys.core._ec_string
---@field buffer string The content.
---@field len number The number of bytes.
---@field type number msys.core.STRING_TYPE_*.
---@field backing any|nil Where writes go for STRING_TYPE_IO_OBJECT.
local msys_core__ec_string = {}

---Replaces the content; nil empties it.
---@param value string|nil
function msys_core__ec_string:set(value) end

---Appends the first len bytes of text, or all of it; gives the number of bytes.
---@param text string
---@param len? number
---@return number
function msys_core__ec_string:write(text, len) end

---The id of a message, batch or connection. It prints, compares and concatenates like a string.
---@class msys.core._message_id
local msys_core__message_id = {}

---A stream of bytes: the body of a part, which can be read, or a builder of a message, which can be written.
---@class msys.core._io_object
local msys_core__io_object = {}

---Ends the stream; a builder's content is parsed. Twice is fine.
---@return boolean|nil
---@return string err
function msys_core__io_object:close() end

---Gives true: writes are not buffered.
---@return boolean
function msys_core__io_object:flush() end

---Gives the number of bytes.
---@return number
function msys_core__io_object:get_size() end

---Moves to an offset from the start (0), the position (1) or the end (2) and gives the position.
---@param offset number
---@param whence number
---@return number|nil
---@return string err
function msys_core__io_object:lseek(offset, whence) end

---string.format, then write.
---@param format string
---@param ... any
---@return number|nil
---@return string err
function msys_core__io_object:printf(format, ...) end

---Reads up to n bytes, a line ("*l", the default; "*L" with its end) or the rest ("*a"); nil at the end.
---@param n? number|string
---@return string|nil
---@return string err
function msys_core__io_object:read(n) end

---Moves to an offset from "set", "cur" (default) or "end" and gives the position.
---@param whence? string
---@param offset? number
---@return number|nil
---@return string err
function msys_core__io_object:seek(whence, offset) end

---Writes the first len bytes, or all; gives how many.
---@param data string
---@param len? number
---@return number|nil
---@return string err
function msys_core__io_object:write(data, len) end

msys.core.AF_INET = 2
msys.core.AF_INET6 = 10
msys.core.AF_UNIX = 1
msys.core.EC_SA2S_NO_PORT = 1
msys.core.STANDARD_KEY_AUTH_NAME = "auth_name"
msys.core.STANDARD_KEY_AUTH_STATUS = "auth_status"
msys.core.STANDARD_KEY_AUTH_USER = "auth_user"
msys.core.STANDARD_KEY_CAN_RELAY = "can_relay"
msys.core.STANDARD_KEY_EHLO_DOMAIN = "ehlo_domain"
msys.core.STANDARD_KEY_EHLO_STRING = "ehlo_string"
msys.core.STANDARD_KEY_MAILFROM_DOMAIN = "mailfrom_domain"
msys.core.STANDARD_KEY_MAILFROM_LOCALPART = "mailfrom_localpart"
msys.core.STANDARD_KEY_MAILFROM_STRING = "mailfrom_string"
msys.core.STANDARD_KEY_RCPTTO_DOMAIN = "rcptto_domain"
msys.core.STANDARD_KEY_RCPTTO_LOCALPART = "rcptto_localpart"
msys.core.STANDARD_KEY_RCPTTO_STRING = "rcptto_string"
msys.core.VCTX_CONN = 0
msys.core.VCTX_KEY_DLV_RESPONSE_STATUS = "DLV_Response_Status"
msys.core.VCTX_KEY_DLV_RESPONSE_STATUS_DETAIL = "DLV_Response_Status_Detail"
msys.core.VCTX_KEY_PATHWAY = "pathway"
msys.core.VCTX_MESS = 1
---Sets a key.
---@param dict msys.core.ECDict
---@param key string
---@param value string
function msys.core.dict_add_key_value(dict, key, value) end

---Begins a walk in the order in which keys were added; changes meanwhile are safe.
---@param dict msys.core.ECDict
---@return ECDict_Iterator msys.core
function msys.core.dict_iter2(dict) end

---Ends a walk.
---@param dict msys.core.ECDict
---@param it msys.core.ECDict_Iterator
function msys.core.dict_iter2_free(dict, it) end

---Deletes a key.
---@param dict msys.core.ECDict
---@param key string
function msys.core.dict_key_delete(dict, key) end

---1 if the key is there, else 0.
---@param dict msys.core.ECDict
---@param key string
---@return number
function msys.core.dict_key_exists(dict, key) end

---Gives 1 and the value, or 0 and nil.
---@param dict msys.core.ECDict
---@param key string
---@return number
---@return string|nil
function msys.core.dict_key_exists_and_fetch(dict, key) end

---Gives 1, a key and its value, or 0 at the end.
---@param dict msys.core.ECDict
---@param it msys.core.ECDict_Iterator
---@return number
---@return string
---@return string
function msys.core.dict_next(dict, it) end

---Appends the pairs as key=value, separated by sep.
---@param out msys.core._ec_string
---@param dict msys.core.ECDict
---@param flags number
---@param sep string
function msys.core.dict_stringprint(out, dict, flags, sep) end

---Gives AF_INET, AF_INET6 or AF_UNIX.
---@param sockaddr msys.core._ec_sockaddr
---@return number
function msys.core.ec_sockaddr_family(sockaddr) end

---Gives the address with its port.
---@param sockaddr msys.core._ec_sockaddr
---@return string
function msys.core.sockaddr_to_string(sockaddr) end

---Gives the address; without its port for EC_SA2S_NO_PORT.
---@param sockaddr msys.core._ec_sockaddr
---@param options number
---@return string
function msys.core.sockaddr_to_string_opt(sockaddr, options) end

---The validation context of a session: variables, the reply, the recipient list.
---@class msys.core._validate_context
---@field code number The reply code of the phase.
---@field note string The reply text of the phase.
---@field disconnect function The method disconnect; assigning 1 closes the connection after the reply, 0 takes that back.
---@field deschedule number Accepted, without effect.
---@field body_has_changed number The script says that the body has changed.
---@field transparency number Built-in changes of the message are skipped.
---@field needs_auth_results number An Authentication-Results field is wanted.
local msys_core__validate_context = {}

---Adds an address and gives its position from 0, or -1.
---@param address string
---@param unique? number|boolean
---@return number
function msys_core__validate_context:add_rcpt(address, unique) end

---Adds one address or an array of them; one that is on the list is ignored. After the split it makes one more copy.
---@param address string|table
function msys_core__validate_context:add_recipient(address) end

---1 if the list may be changed, else 0.
---@return number
function msys_core__validate_context:can_modify_rcpts() end

---Deletes a variable.
---@param type number
---@param key string
function msys_core__validate_context:delete(type, key) end

---Sets the reply and closes the connection after it. Without a code: the current one if it refuses, else 421.
---@param code? number|string
---@param message? string
function msys_core__validate_context:disconnect(code, message) end

---Gives 1 if there is such a variable, else 0.
---@param type number
---@param key string
---@return number
function msys_core__validate_context:exists(type, key) end

---Gives 1 and the value, or 0 and nil.
---@param type number
---@param key string
---@return number
---@return string|nil
function msys_core__validate_context:exists_and_get(type, key) end

---Gives a variable of the connection (VCTX_CONN) or the message (VCTX_MESS), "" if there is none.
---@param type number
---@param key string
---@return string
function msys_core__validate_context:get(type, key) end

---Gives the next position and the address at pos, which begins at 0; the next position is -1 at the end.
---@param pos number
---@return number
---@return string|nil
function msys_core__validate_context:iterate_rcpt(pos) end

---Sets the reply and gives VALIDATE_DONE.
---@param code number|string
---@param message string
---@return number
function msys_core__validate_context:pbp_action(code, message) end

---Sets the reply, closes the connection after it, and gives VALIDATE_DONE.
---@param code number|string
---@param message string
---@return number
function msys_core__validate_context:pbp_disconnect(code, message) end

---Gives the recipients in the order of their RCPT TO; replaces them first if an array is given.
---@param addresses? table
---@return table
function msys_core__validate_context:recipient_list(addresses) end

---Empties the list; 1 if that was possible, else 0.
---@return number
function msys_core__validate_context:remove_all_rcpts() end

---Removes an address and gives the position it had, or -1.
---@param address string
---@return number
function msys_core__validate_context:remove_rcpt(address) end

---Removes one address or an array of them; an absent one is ignored. After the split, removing the current recipient drops its copy.
---@param address string|table
function msys_core__validate_context:remove_recipient(address) end

---Sets a variable. Numbers and booleans are stored as text; a nil key or value sets nothing.
---@param type number
---@param key string
---@param value string
function msys_core__validate_context:set(type, key, value) end

---Sets the reply of the phase: a code from 200 to 599 and a text, nil for the code's default text. Lines of the text become lines of the reply.
---@param codenum number|string
---@param message string
function msys_core__validate_context:set_code(codenum, message) end

---Delays the reply of the phase by a number of seconds, which may have a fraction; calls add up.
---@param interval number
function msys_core__validate_context:tarpit(interval) end

---An inbound connection.
---@class msys.core._accept_construct
---@field remote_addr msys.core._ec_sockaddr The client's address.
---@field local_addr msys.core._ec_sockaddr The listener's address.
---@field conn_id string The connection's id.
---@field protocol number msys.core.P_*.
---@field inst table The listener: `ac.inst.address`.
local msys_core__accept_construct = {}

---Adds a line to the EHLO reply; one with the same first word is replaced.
---@param name string
function msys_core__accept_construct:esmtp_capability_add(name) end

---Takes a line out of the EHLO reply, found by its first word.
---@param name string
function msys_core__accept_construct:esmtp_capability_remove(name) end

---Gives the number of open sessions, this one included: of this client, or of a block ("/24", "10.0.0.0/8"), on a service (default SMTP).
---@param cidr? string
---@param service_type? string
---@return number
function msys_core__accept_construct:inbound_session_count(cidr, service_type) end

---The same with the arguments the other way round.
---@param service string
---@param cidr? string
---@return number
function msys_core__accept_construct:pbp_inbound_session_count_service(service, cidr) end

---The state of an ESMTP transaction. Unknown fields are nil.
---@class msys.core._message_construct
---@field message msys.core._ec_message|nil The message, from MAIL FROM on.
---@field ctx msys.core._validate_context The validation context.
---@field ac msys.core._accept_construct The connection.
---@field relayable number 1 if the session may relay.
---@field can_auth number 1 if the session may authenticate.
---@field peer_address string The client's address without the port.
---@field auth_info table Who authenticated: `mc.auth_info.user`.
---@field line string The last command line.
---@field banner_hostname string A name the server gives itself.
---@field received_hostname string A name the server gives itself.
---@field static_banner string A name the server gives itself.
---@field idle_timeout number Seconds without a command.
---@field connection_message_limit number Messages per connection.
---@field connection_rcpt_limit number Recipients per connection.
---@field message_rcpt_limit number Recipients per message.
---@field max_message_size number Bytes per message.
---@field connection_message_count number Messages of the connection so far.
---@field connection_rcpt_count number Recipients of the connection so far.
---@field message_rcpt_count number Recipients of the message so far.
---@field state number msys.core.MC_STATE_*.
local msys_core__message_construct = {}

---A socket address.
---@class msys.core._ec_sockaddr
local msys_core__ec_sockaddr = {}

---A dictionary of strings.
---@class msys.core.ECDict
local msys_core_ECDict = {}

---A walk over a dictionary.
---@class msys.core.ECDict_Iterator
local msys_core_ECDict_Iterator = {}

msys.core.VALIDATE_CONT = 0
msys.core.VALIDATE_DONE = 1
msys.core.VALIDATE_AGAIN = 2
msys.core.EC_HOOK_CONT = 0
msys.core.EC_HOOK_DONE = 1
msys.core.EC_HOOK_RETRY = 2
msys.core.EC_AUTH_OK = 0
msys.core.EC_AUTH_FAIL = 1
msys.core.EC_AUTH_ERROR = 2
msys.core.ECTP_COMPLETE_CALLBACK = 0
msys.core.ECTP_COMPLETE_CALLBACK_SCHED = 1
msys.core.EC_MESSAGE_ENQUEUE_HOOK_CONT = 0
msys.core.EC_MESSAGE_ENQUEUE_HOOK_OK = 1
msys.core.EC_MESSAGE_ENQUEUE_HOOK_ERR = 2
msys.core.GENERATE_BOUNCES_HOOK_CONT = 0
msys.core.GENERATE_BOUNCES_HOOK_OK = 1
msys.core.GENERATE_DELAY_DSN_HOOK_CONT = 0
msys.core.GENERATE_DELAY_DSN_HOOK_OK = 1
msys.core.DELAY_DSN_SEND_NOTIFICATION_OK = 1
msys.core.EC_BINDING_SLOT_UNBOUND = -1
msys.core.EC_USE_TLS_NO = 0
msys.core.EC_USE_TLS_IFAVAILABLE = 1
msys.core.EC_USE_TLS_REQUIRED = 2
msys.core.EC_SSL_VERIFY_NONE = 0
msys.core.EC_SSL_VERIFY_VALIDCA = 1
msys.core.EC_SSL_VERIFY_HOSTNAME = 2
msys.core.EC_RESTINJ_SESS_OK = 0
msys.core.EC_RESTINJ_SESS_ERR = 1
msys.core.EC_RESTINJ_BODY_UNTOUCHED = 0
msys.core.EC_RESTINJ_BODY_REPLACED = 1
msys.core.EC_RESTINJ_BODY_ERROR = 2
msys.core.LOG_CRITICAL = 0
msys.core.LOG_ERROR = 1
msys.core.LOG_WARNING = 2
msys.core.LOG_NOTICE = 3
msys.core.LOG_INFO = 4
msys.core.LOG_DEBUG = 5
msys.core.MC_STATE_START = 0
msys.core.MC_STATE_START_RESPONSE = 1
msys.core.MC_STATE_EHLO = 2
msys.core.MC_STATE_EHLO_RESPONSE = 3
msys.core.MC_STATE_MAILFROM = 4
msys.core.MC_STATE_MAILFROM_RESPONSE = 5
msys.core.MC_STATE_RCPTTO = 6
msys.core.MC_STATE_RCPTTO_RESPONSE = 7
msys.core.MC_STATE_DATA = 8
msys.core.MC_STATE_BODY = 9
msys.core.MC_STATE_BODY_RESPONSE = 10
msys.core.MC_STATE_ASYNC_BODY_RESPONSE = 11
msys.core.MC_STATE_OK = 12
msys.core.MC_STATE_RELAYING_DENIED = 13
msys.core.MC_STATE_EXTENSION_1 = 14
msys.core.MC_STATE_EXTENSION_2 = 15
msys.core.MC_STATE_EXTENSION_3 = 16
msys.core.MC_STATE_EXTENSION_4 = 17
msys.core.MC_STATE_CONCURRENCY_LIMIT = 18
msys.core.MC_STATE_RCPTTO_LIST_RESPONSE = 19
msys.core.MC_STATE_RCPTTO_LIST_FINAL_RESPONSE = 20
msys.core.MC_STATE_SETUP = 21
msys.core.MC_STATE_MCMT_FIXUP = 22
msys.core.MC_STATE_COUNT = 23
---Gives the state of the session's ESMTP transaction, nil if it is not an ESMTP session.
---@param ac msys.core._accept_construct
---@return _message_construct|nil msys.core
function msys.core.accept_construct_get_message_construct(ac) end

---Gives the record of a domain of the outbound queue, nil if there is none.
---@param domain string
---@return any|nil
function msys.core.dns_get_domain(domain) end

---Gives the time in whole seconds since 1970.
---@return number
function msys.core.get_now_ts() end

---Makes all queued mail for the domain wait until its next retry time; note becomes its code.
---@param dr msys.core._domain_record
---@param note string
function msys.core.mail_queue_delay_domain(dr, note) end

---Gives the event loop that serves a domain.
---@param domain string
---@return any
function msys.core.scheduler_for_domain(domain) end

---An event loop.
---@class msys.core._ec_scheduler_inst
local msys_core__ec_scheduler_inst = {}

---A console command: its words and who asked.
---@class msys.core._command_construct
---@field argc number Number of words, the command's prefix counted as one.
---@field argv any Words by number; argv[0] is the command's prefix. Out of range gives nil.
---@field command string The line as typed.
---@field auth_info table Who asked: `auth_info.user`.
---@field xml number 1 if the caller wants XML; always 0 here.
local msys_core__command_construct = {}

---The words of a console command.
---@class msys.core._argv
local msys_core__argv = {}

---A moment: seconds and microseconds since 1970.
---@class msys.core.timeval
---@field tv_sec number Whole seconds since 1970.
---@field tv_usec number Microseconds after them.
local msys_core_timeval = {}

---A domain of the outbound queue.
---@class msys.core._domain_record
---@field domain string The domain's name.
local msys_core__domain_record = {}

---An out parameter of a hook.
---@class msys.core._box
---@field value any The value; what a hook assigns takes effect.
local msys_core__box = {}

---A delivery attempt over an outbound connection.
---@class msys.core._delivery_construct
---@field message msys.core._ec_message|nil The message that is delivered, nil between messages.
---@field domain string The routing domain.
---@field host string The MX host.
---@field remote_addr any The other end's address.
---@field conn_id string The id of the outbound connection.
local msys_core__delivery_construct = {}

msys.core.FAILED = 0
msys.core.DELAYED = 1
msys.core.DELIVERED = 2
msys.core.RELAYED = 3
msys.core.EXPANDED = 4
msys.counter = {}
msys.counter.STRICT = 0
msys.counter.RELAXED = 1
---Adds delta, which may be negative. A path without a counter gets a strict one.
---@param counter counter|string
---@param delta number
function msys.counter.add(counter, delta) end

---Adds one. A path without a counter gets a strict one.
---@param counter counter|string
function msys.counter.inc(counter) end

---Gives the counter of that path, which is made if there is none (strict, if semantics is nil); one that exists keeps its semantics. A path that is not possible gives nil and the reason. Other semantics than the module's constants raise.
---@param path string
---@param semantics? number
---@return counter|nil
---@return string err
function msys.counter.open(path, semantics) end

---Gives the value. A path without a counter gives 0 and stays without.
---@param counter counter|string
---@return number
function msys.counter.read(counter) end

---Sets the value to 0 and the reset time to now. A path without a counter gets a strict one.
---@param counter counter|string
function msys.counter.reset(counter) end

---Takes the counter out of the list and tells whether it was there. Calls by that path still reach it for five minutes, except open, which makes a new one; handles reach it for ever.
---@param path string
---@return boolean
function msys.counter.unlink(path) end

---A counter. It stays usable after its path was unlinked.
---@class msys.counter._counter
local msys_counter__counter = {}

msys.dumper = {}
---Gives Lua source that returns the value. Objects, functions and threads appear as a quoted `"<type>"`; it never raises.
---@param res any
---@return string
function msys.dumper.Dumper(res) end

msys.extended = {}
msys.extended.ac = {}
msys.extended.message = {}
msys.extended.message_routing = {}
msys.extended.vctx = {}
msys.gauge_cache = {}
---Subtracts one and gives the new value; a missing key becomes -1.
---@param cachename string
---@param keystring string|number
---@return number
function msys.gauge_cache.dec(cachename, keystring) end

---Makes a cache of at most maxelems entries, which live for ttl seconds after their last change (0: for ever), and gives true. Replicated caches are shared by the cluster. Defining a cache again keeps its entries and applies the new limits.
---@param name string
---@param maxelems number
---@param ttl number
---@param replicated? boolean
---@return boolean
function msys.gauge_cache.define(name, maxelems, ttl, replicated) end

---Gives the value, 0 for a key that is missing or has expired.
---@param cachename string
---@param keystring string|number
---@return number
function msys.gauge_cache.get(cachename, keystring) end

---Adds one and gives the new value. A missing key counts from 0; a new one in a full cache takes the place of the one that was changed the longest time ago. A cache that is not defined raises.
---@param cachename string
---@param keystring string|number
---@return number
function msys.gauge_cache.inc(cachename, keystring) end

---Removes a key and tells whether it was there.
---@param cachename string
---@param keystring string|number
---@return boolean
function msys.gauge_cache.remove_item(cachename, keystring) end

msys.getopt = {}
---Reads options from an array of words, or cc.argv, by the rules of getopt_long: short is like "ho:", long like {help="h", out="o"}. Gives a table of option letters (true, or the argument) and the index of the first word that is no option; nil and a message for a wrong option.
---@param argv table|any
---@param short string
---@param long? table
---@return table|nil
---@return number|string nextindex
function msys.getopt.get_opts(argv, short, long) end

msys.idn = {}
---Gives a domain name with every label in ASCII form, or nil and the reason why it has none. Plain ASCII names stay as they are.
---@param name string
---@return string|nil
---@return string err
function msys.idn.to_idn(name) end

---Gives a domain name with every label in UTF-8, or nil and the reason why it has none.
---@param name string
---@return string|nil
---@return string err
function msys.idn.to_utf8(name) end

msys.os = {}
---Gives the latest sample of a subscription, or nil and the reason why there is none. A path may stand for its subscription, which is made if need be. Only before the first sample it waits, at most one second.
---@param record record|string
---@return stat|nil
---@return string err
function msys.os.statvfs_read(record) end

---Has the file system of path sampled every interval seconds (nil or 0: the server's default); the smallest interval that anybody asked for counts. A bad path is an error of statvfs_read only.
---@param path string
---@param interval? number
---@return record
function msys.os.statvfs_subscribe(path, interval) end

---A subscription to the samples of one path.
---@class msys.os._ec_statvfs_record
local msys_os__ec_statvfs_record = {}

---One sample of a file system.
---@class msys.os._ec_statvfs
---@field version number Version of this record: 1.
---@field kilobytes_total number Size in units of 1024 bytes.
---@field kilobytes_available number Space that users without privileges can fill.
---@field objects_total number Number of inodes.
---@field objects_available number Number of free inodes.
local msys_os__ec_statvfs = {}

msys.pbp = {}
---Tells whether the session is on one of the white lists: conf.honor_whitelist, or conf itself as an array.
---@param vctx msys.core._validate_context
---@param conf table|nil
---@return boolean
function msys.pbp.check_whitelist(vctx, conf) end

---Checks that the client's name points back to it; sets reverse_dns and fcdns_status.
---@param ac msys.core._accept_construct
---@param vctx msys.core._validate_context
---@return boolean
---@return string|nil rdns_error
---@return string|nil fdns_error
function msys.pbp.fcdns_check(ac, vctx) end

---Puts the session on a named white list, or takes it off. Without a type: the message's while there is a transaction, else the connection's.
---@param vctx msys.core._validate_context
---@param type? number
---@param name string
---@param on boolean
function msys.pbp.set_whitelist(vctx, type, name, on) end

---Reads a size: "1024b", "50k", "30m", "1g" (1024-based), or a plain number; raises for anything else.
---@param s string|number
---@return number
function msys.pbp.size_in_bytes(s) end

msys.pcre = {}
---Gives the captures of the first match: [0] is the match, [1] and so on the groups, named groups also by their name; a group that took no part is "" below the highest that did. No match: nil. A wrong pattern: nil, a text and the offset in the pattern. A match that exceeds its limit: nil, "match limit exceeded", -8.
---@param str string
---@param pattern string
---@return table|nil
---@return string err
---@return number errnum
function msys.pcre.match(str, pattern) end

---Replaces all matches, or the first limit. In a text $1 ${1} \1 stand for groups, ${name} for named ones; a function is called with the captures and gives the text, nil or false keeps the match. A wrong pattern: nil, a text and the offset. An exceeded limit: the subject, a text and -8.
---@param subject string
---@param pattern string
---@param replacement string|function
---@param limit? number
---@return string|nil
---@return string err
---@return number errnum
function msys.pcre.replace(subject, pattern, replacement, limit) end

---Gives the pieces between the matches, without empty ones; at most limit, the last holding the rest. A wrong pattern: nil, a text and the offset.
---@param subject string
---@param pattern string
---@param limit? number
---@return table|nil
---@return string err
---@return number errnum
function msys.pcre.split(subject, pattern, limit) end

msys.policyeditor = {}
---Removes the fields named params.header.
---@param ctx table
---@param vars table
---@param params table
function msys.policyeditor.del_header(ctx, vars, params) end

---Gives the first field named params.header.
---@param ctx table
---@param vars table
---@param params table
---@return string|nil
function msys.policyeditor.get_header(ctx, vars, params) end

---Gives the envelope sender.
---@param ctx table
---@param vars table
---@param params table
---@return string
function msys.policyeditor.get_mailfrom(ctx, vars, params) end

---Gives the client's address and port.
---@param ctx table
---@param vars table
---@param params table
---@return string|nil
function msys.policyeditor.get_mess_recv_from(ctx, vars, params) end

---Gives the listener's address and port.
---@param ctx table
---@param vars table
---@param params table
---@return string|nil
function msys.policyeditor.get_mess_recv_via(ctx, vars, params) end

---Gives the recipient.
---@param ctx table
---@param vars table
---@param params table
---@return string
function msys.policyeditor.get_rcptto(ctx, vars, params) end

---Gives the script variable params.name.
---@param ctx table
---@param vars table
---@param params table
---@return any
function msys.policyeditor.get_variable(ctx, vars, params) end

---Matches params.subject with params.pattern; the variables $0, $1 … and $name are set.
---@param ctx table
---@param vars table
---@param params table
---@return boolean
function msys.policyeditor.pcre_match(ctx, vars, params) end

---Sends params.body from params.from to params.to under params.subject, at most once in params.throttle seconds.
---@param ctx table
---@param vars table
---@param params table
---@return boolean
function msys.policyeditor.send_email(ctx, vars, params) end

---Puts the message on params.binding, or on one of a list parted by commas.
---@param ctx table
---@param vars table
---@param params table
---@return boolean
function msys.policyeditor.set_binding(ctx, vars, params) end

---Puts the message on a binding of params.binding_group, or of one of a list parted by commas.
---@param ctx table
---@param vars table
---@param params table
---@return boolean
function msys.policyeditor.set_binding_group(ctx, vars, params) end

---Sets the script variable params.name to params.value.
---@param ctx table
---@param vars table
---@param params table
function msys.policyeditor.set_variable(ctx, vars, params) end

---Gives the context variable params.key, nil if it is absent.
---@param ctx table
---@param vars table
---@param params table
---@return string|nil
function msys.policyeditor.vctx_conn_get(ctx, vars, params) end

---Sets the context variable params.key to params.value.
---@param ctx table
---@param vars table
---@param params table
function msys.policyeditor.vctx_conn_set(ctx, vars, params) end

---Gives the context variable params.key, nil if it is absent.
---@param ctx table
---@param vars table
---@param params table
---@return string|nil
function msys.policyeditor.vctx_mess_get(ctx, vars, params) end

---Sets the context variable params.key to params.value.
---@param ctx table
---@param vars table
---@param params table
function msys.policyeditor.vctx_mess_set(ctx, vars, params) end

msys.qp = {}
---Gives the bytes that quoted-printable text stands for. An equals sign that begins neither an escape nor a soft line break raises. With a `charset` the result is converted from it to UTF-8.
---@param encoded_txt string
---@param charset? string
---@return string
function msys.qp.decode(encoded_txt, charset) end

---Gives `original`, a string or what can still be read from an open file, in quoted-printable, in lines of at most 76 characters that end in CRLF. With a `charset` the original, which is UTF-8 then, is converted to it first; a character that it lacks raises, and so does an unknown name. With `dotstuffing` a line that begins with a dot only because of a soft line break gets a second dot.
---@param original string|msys.core._io_object
---@param charset? string
---@param dotstuffing? boolean
---@return string
function msys.qp.encode(original, charset, dotstuffing) end

msys.rfc3464 = {}
---Gives a table of the fields of a report and their values. `action` is one of `msys.core.FAILED`, `DELAYED`, `DELIVERED`, `RELAYED` and `EXPANDED`; nil is `FAILED`, any other number raises.
---@param msg msys.core._ec_message
---@param action? number
---@return table
function msys.rfc3464.compute_delivery_status(msg, action) end

---Gives the report as text, lines that end in CRLF with an empty one before what concerns the recipient. Instead of a message it takes the text of a server's reply, which says what the action was.
---@param msg msys.core._ec_message|string
---@param action? number
---@return string
function msys.rfc3464.compute_delivery_status_string(msg, action) end

---Makes a notification to the sender of `msg` and gives it; it is not sent. Where there is nobody to notify it gives nil and the reason, `null sender` for a message of the null sender.
---@param msg msys.core._ec_message
---@param action? number
---@return _ec_message|nil msys.core
---@return string err
function msys.rfc3464.create_mdn(msg, action) end

---Gives a table of the fields of the report in a notification: those about the message and those about the first recipient. Names are spelled as in RFC 3464 and found in any case. The second result is an array of such tables, one for each recipient. A message without a report gives nil.
---@param msg msys.core._ec_message
---@return table|nil
---@return table recipients
function msys.rfc3464.extract_delivery_status(msg) end

---Makes a notification to the sender of `msg` and queues it. Gives 1, or 0 if there was nobody to notify or it failed, which is logged.
---@param msg msys.core._ec_message
---@param action? number
---@return number
function msys.rfc3464.send_mdn(msg, action) end

msys.threadpool = {}
---Gives the number of pools.
---@return number
function msys.threadpool.count() end

---Gives the id of a named pool or the name for an id; nil if there is none.
---@param pool string|number
---@return number|string|nil
function msys.threadpool.find(pool) end

---Gives figures about a pool: name, invocations, avg_concurrency, saturation (percent), avg_wallclock_time_per_op (ms), queue_sz, num_threads, num_active_threads, num_inactive_threads, job_num_queued, job_num_running. tostring prints one a line. nil for an unknown pool.
---@param pool string|number
---@return any|nil
function msys.threadpool.stat(pool) end

---Figures about a thread pool at one moment.
---@class msys.threadpool._stat
local msys_threadpool__stat = {}

msys.timer = {}
---Runs closure once when delta seconds have passed: as soon as possible if delta is 0 or less.
---@param delta number
---@param closure function
---@param name? string
---@return timer
function msys.timer.after(delta, closure, name) end

---Runs closure once at a time in seconds since 1970: at once if that is past.
---@param time number
---@param closure function
---@param name? string
---@return timer
function msys.timer.at(time, closure, name) end

---Runs closure each time that interval seconds have passed, the first time after one interval. It never runs twice at once: what comes due while it runs is left out. A closure that fails is logged and runs again. An interval of 0 or less raises.
---@param interval number
---@param closure function
---@param name? string
---@return timer
function msys.timer.every(interval, closure, name) end

---A timer.
---@class msys.timer._timer
local msys_timer__timer = {}

---Gives the name that the timer was made with, nil if none. It need not be unique.
---@return string|nil
function msys_timer__timer:name() end

---Schedules the timer anew with its delay from now (`at`: its time), also from its own callback; gives true.
---@return boolean
function msys_timer__timer:start() end

---Cancels the timer and tells whether it was pending. A callback that runs is not interrupted.
---@return boolean
function msys_timer__timer:stop() end

msys.tls_params = {}
---Sets certfile, keyfile, ca or cipherlist; nil clears it. Other names raise.
---@param params msys.tls_params._params
---@param name string
---@param value string|nil
---@return boolean
function msys.tls_params.set(params, name, value) end

---Parameters of a TLS handshake.
---@class msys.tls_params._params
---@field use_tls number 0 no, 1 if available, 2 required.
---@field tls_verify number 0 none, 1 by a known authority, 2 for the host's name, 3 if there is one.
---@field certfile string|nil Text parameter; nil is the host's configuration.
---@field keyfile string|nil Text parameter; nil is the host's configuration.
---@field ca string|nil Text parameter; nil is the host's configuration.
---@field cipherlist string|nil Text parameter; nil is the host's configuration.
local msys_tls_params__params = {}

msys.validate = {}
msys.validate.dkim = {}
---Gives an array of the domains whose signatures are good: those of the identities, in order. As a string it is the domains, parted by spaces.
---@param msg? msys.core._ec_message
---@param vctx? any
---@return table
function msys.validate.dkim.get_domains(msg, vctx) end

---Gives the domain of the first address of Sender, else of From, in lower case; nil if there is none.
---@param msg? msys.core._ec_message
---@param vctx? any
---@return string|nil
function msys.validate.dkim.get_responsible_domain(msg, vctx) end

---Verifies the message of the callout and gives the number of its signatures and their results. If the message cannot be read, there are none.
---@param vctx? any
---@return number
---@return results msys.validate.dkim
function msys.validate.dkim.get_verify_results(vctx) end

---Adds a `DKIM-Signature` at the top of `msg`, nil being the message of the callout. Gives 1, or 0 and the reason why nothing was added; it never raises for that. Options: base_domain or signing_domain, selector, keyfile (with `%{d}` and `%{s}`) or keybuf, header_canon and body_canon (simple, relaxed), digest (rsa-sha256, rsa-sha1, ed25519-sha256), headerlist, oversign_headerlist, skip_headerlist, identity, body_length_limit, lifetime in hours, copy_headers, sign_condition. What is not given is as the host configured it.
---@param msg msys.core._ec_message|nil
---@param vctx msys.core._validate_context|nil
---@param options? table
---@return number
---@return string reason
function msys.validate.dkim.sign(msg, vctx, options) end

---Gives the number of signatures; nil and a text for nil.
---@param results msys.validate.dkim.results
---@return number|nil
---@return string err
function msys.validate.dkim.verify_results_get_count(results) end

---Gives the result number `i` from 0 as a table of status (a number, see verify_status_to_string), diagnostic, query, algorithm, domain, selector and identity; nil and a text if there is none.
---@param results msys.validate.dkim.results
---@param i number
---@return table|nil
---@return string err
function msys.validate.dkim.verify_results_get_item(results, i) end

---Names a status: none, pass, fail, policy, neutral, temperror, permerror; an unknown one is neutral. Gives nil and a text for nil.
---@param status number
---@return string|nil
---@return string err
function msys.validate.dkim.verify_status_to_string(status) end

---The results of the signatures of a message.
---@class msys.validate.dkim.results
---@field ref number How many hold the results: 1.
local msys_validate_dkim_results = {}

msys.validate.opendkim = {}
---Gives the number of signatures; nil and `DKIM_STAT_INVALID` for nil.
---@param dkim opendkim.dkim.DKIM
---@return number|nil
---@return number stat
function msys.validate.opendkim.get_num_sigs(dkim) end

---Gives the signature number `num`, counted from 0 (the default) from the top; nil and `DKIM_STAT_INVALID` if there is none.
---@param dkim opendkim.dkim.DKIM
---@param num? number
---@return DKIM_SIGINFO|nil opendkim.dkim
---@return number stat
function msys.validate.opendkim.get_sig(dkim, num) end

---Gives the canonicalizations of header and body: simple, relaxed or unknown.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return string
---@return number stat
---@return string body
function msys.validate.opendkim.get_sig_canons(dkim_sig) end

---Gives the signing domain, `""` if it is missing.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return string
---@return number stat
function msys.validate.opendkim.get_sig_domain(dkim_sig) end

---Gives what is wrong with the signature, "no signature error" for a good one, nil for one that was ignored.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return string|nil
---@return number stat
function msys.validate.opendkim.get_sig_errorstr(dkim_sig) end

---Gives the sum of the signature's `DKIM_SIGFLAG_` bits.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return number
---@return number stat
function msys.validate.opendkim.get_sig_flags(dkim_sig) end

---Tells whether fields of that name, in any case, are signed.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@param header_name string
---@return boolean
---@return number stat
function msys.validate.opendkim.get_sig_hdrsigned(dkim_sig, header_name) end

---Gives the identity of a signature: its `i=`, else "@" and the domain. Without a signature it is the one that decided the status; nil and `DKIM_STAT_INVALID` if there is none.
---@param dkim opendkim.dkim.DKIM|nil
---@param dkim_sig? opendkim.dkim.DKIM_SIGINFO
---@return string|nil
---@return number stat
function msys.validate.opendkim.get_sig_identity(dkim, dkim_sig) end

---Gives the length of the key in bits, or 0 and `DKIM_STAT_INVALID` if no key was found.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return number
---@return number stat
function msys.validate.opendkim.get_sig_keysize(dkim_sig) end

---Gives "pass", or "fail" with the reason in parentheses.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return string
function msys.validate.opendkim.get_sig_result(dkim_sig) end

---Gives the selector, `""` if it is missing.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return string
---@return number stat
function msys.validate.opendkim.get_sig_selector(dkim_sig) end

---Gives the algorithm: rsa-sha1, rsa-sha256, ed25519-sha256 or unknown.
---@param dkim_sig opendkim.dkim.DKIM_SIGINFO
---@return string
---@return number stat
function msys.validate.opendkim.get_sig_signalg(dkim_sig) end

---Gives what Authentication-Results says of a status: "none (message not signed)", a permanent or a temporary error, or nil where the signatures have results of their own.
---@param stat number
---@return string|nil
function msys.validate.opendkim.get_stat_result(stat) end

---Adds a `DKIM-Signature` at the top of `msg`, nil being the message of the callout. Gives 1, or 0 and the reason why nothing was added; it never raises for that. Options: base_domain or signing_domain, selector, keyfile (with `%{d}` and `%{s}`) or keybuf, header_canon and body_canon (simple, relaxed), digest (rsa-sha256, rsa-sha1, ed25519-sha256), headerlist, oversign_headerlist, skip_headerlist, identity, body_length_limit, lifetime in hours, copy_headers, sign_condition. What is not given is as the host configured it.
---@param msg msys.core._ec_message|nil
---@param vctx msys.core._validate_context|nil
---@param options? table
---@return number
---@return string reason
function msys.validate.opendkim.sign(msg, vctx, options) end

---Verifies all signatures of the message, nil being that of the callout. The status is `DKIM_STAT_NOSIG` without signatures, `DKIM_STAT_OK` if one passed, else it is that of the first one. Nothing is added to the message. Gives nil and `DKIM_STAT_INTERNAL` if the message cannot be read.
---@param msg? msys.core._ec_message
---@return DKIM|nil opendkim.dkim
---@return number stat
function msys.validate.opendkim.verify(msg) end

---The signatures of a message, verified.
---@class opendkim.dkim.DKIM
local opendkim_dkim_DKIM = {}

---One signature of a message.
---@class opendkim.dkim.DKIM_SIGINFO
local opendkim_dkim_DKIM_SIGINFO = {}

opendkim = {}
opendkim.dkim = {}
opendkim.dkim.DKIM_CANON_UNKNOWN = -1
opendkim.dkim.DKIM_CANON_SIMPLE = 0
opendkim.dkim.DKIM_CANON_RELAXED = 1
opendkim.dkim.DKIM_SIGFLAG_IGNORE = 1
opendkim.dkim.DKIM_SIGFLAG_PROCESSED = 2
opendkim.dkim.DKIM_SIGFLAG_PASSED = 4
opendkim.dkim.DKIM_SIGFLAG_TESTKEY = 8
opendkim.dkim.DKIM_SIGFLAG_NOSUBDOMAIN = 16
opendkim.dkim.DKIM_SIGFLAG_KEYLOADED = 32
opendkim.dkim.DKIM_STAT_OK = 0
opendkim.dkim.DKIM_STAT_BADSIG = 1
opendkim.dkim.DKIM_STAT_NOSIG = 2
opendkim.dkim.DKIM_STAT_NOKEY = 3
opendkim.dkim.DKIM_STAT_CANTVRFY = 4
opendkim.dkim.DKIM_STAT_SYNTAX = 5
opendkim.dkim.DKIM_STAT_NORESOURCE = 6
opendkim.dkim.DKIM_STAT_INTERNAL = 7
opendkim.dkim.DKIM_STAT_REVOKED = 8
opendkim.dkim.DKIM_STAT_INVALID = 9
opendkim.dkim.DKIM_STAT_NOTIMPLEMENT = 10
opendkim.dkim.DKIM_STAT_KEYFAIL = 11
opendkim.dkim.DKIM_STAT_CBREJECT = 12
opendkim.dkim.DKIM_STAT_CBINVALID = 13
opendkim.dkim.DKIM_STAT_CBTRYAGAIN = 14
opendkim.dkim.DKIM_STAT_CBERROR = 15
opendkim.dkim.DKIM_STAT_MULTIDNSREPLY = 16
opendkim.dkim.DKIM_STAT_SIGGEN = 17
pcre = {}
---Gives the captures of the first match: [0] is the match, [1] and so on the groups, named groups also by their name; a group that took no part is "" below the highest that did. No match: nil. A wrong pattern: nil, a text and the offset in the pattern. A match that exceeds its limit: nil, "match limit exceeded", -8.
---@param str string
---@param pattern string
---@return table|nil
---@return string err
---@return number errnum
function pcre.match(str, pattern) end

---Replaces all matches, or the first limit. In a text $1 ${1} \1 stand for groups, ${name} for named ones; a function is called with the captures and gives the text, nil or false keeps the match. A wrong pattern: nil, a text and the offset. An exceeded limit: the subject, a text and -8.
---@param subject string
---@param pattern string
---@param replacement string|function
---@param limit? number
---@return string|nil
---@return string err
---@return number errnum
function pcre.replace(subject, pattern, replacement, limit) end

---Gives the pieces between the matches, without empty ones; at most limit, the last holding the rest. A wrong pattern: nil, a text and the offset.
---@param subject string
---@param pattern string
---@param limit? number
---@return table|nil
---@return string err
---@return number errnum
function pcre.split(subject, pattern, limit) end

xml = {}
---Makes an element that is in no document yet. A name that XML does not allow raises.
---@param name string
---@param ns? libxml.xmlNs*
---@return xmlNode* libxml
function xml.newnode(name, ns) end

---Gives the document that a string holds, or nil and the reason if it is not well-formed. White space that only lays out elements is dropped unless `keep_blanks` is a number other than 0.
---@param strxml string
---@param keep_blanks? number
---@return xmlDoc*|nil libxml
---@return string err
function xml.parsexml(strxml, keep_blanks) end

---An XML document.
---@class libxml.xmlDoc*
local libxml_xmlDoc* = {}

---Gives the root element, nil if it was taken out.
---@return xmlNode*|nil libxml
function libxml_xmlDoc*:root() end

---Gives the document as text, indented by two spaces for every level; elements with text in them stay in one line.
---@return string
function libxml_xmlDoc*:tostring() end

---Gives an iterator over the nodes that an XPath 1.0 expression finds, in document order. Names in namespaces are found with `local-name()`; no prefix is bound. An invalid expression is logged and finds nothing, one that gives no nodes finds nothing.
---@param query string
---@param contextnode? libxml.xmlNode*
---@return function
function libxml_xmlDoc*:xpath(query, contextnode) end

---A node of a document: an element, a text, a comment, an attribute found with XPath, or something else.
---@class libxml.xmlNode*
local libxml_xmlNode* = {}

---Adds a new element of that name, or moves a node from wherever it is, to the end of what is inside the element; gives the added node. Moving an element into itself raises.
---@param value string|libxml.xmlNode*
---@return xmlNode* libxml
function libxml_xmlNode*:addchild(value) end

---The same as `node:attribute`.
---@param name string
---@param value? string|nil
---@return string|nil
function libxml_xmlNode*:attr(name, value) end

---Gives the value of an attribute, nil if there is none. With a second argument it sets the attribute, or removes it if that is nil.
---@param name string
---@param value? string|nil
---@return string|nil
function libxml_xmlNode*:attribute(name, value) end

---`node:attrns(name, uri)` gives the value of an attribute in a namespace, or in none without uri; `node:attrns(ns, name, value)` sets one, or removes it if value is nil.
---@param name string|libxml.xmlNs*
---@param uri? string
---@param value? string|nil
---@return string|nil
function libxml_xmlNode*:attrns(name, uri, value) end

---Gives an iterator over what is directly inside the element, texts and comments included. The current node may be unlinked meanwhile.
---@return function
function libxml_xmlNode*:children() end

---Gives the text of all that is inside the node. With an argument it replaces what is inside by that text; an empty string leaves nothing.
---@param text_str? string
---@return string
function libxml_xmlNode*:contents(text_str) end

---Gives a copy of the node and all that is inside it; it is in no document.
---@return xmlNode* libxml
function libxml_xmlNode*:copy() end

---Gives the document that the node is part of, nil if it is in none.
---@return xmlDoc*|nil libxml
function libxml_xmlNode*:doc() end

---The same as `node:doc`.
---@return xmlDoc*|nil libxml
function libxml_xmlNode*:document() end

---Makes this variable's node unusable: any further method raises. The document stays as it is.
function libxml_xmlNode*:free() end

---Gives an element's or attribute's name without prefix, `text` for texts, `comment` for comments, a processing instruction's target, and nil for CDATA sections.
---@return string|nil
function libxml_xmlNode*:name() end

---Declares a namespace on the element and gives it; without prefix it is the default one.
---@param uri string
---@param prefix? string
---@return xmlNs* libxml
function libxml_xmlNode*:newns(uri, prefix) end

---Puts the element into a namespace, or into none.
---@param ns libxml.xmlNs*|nil
function libxml_xmlNode*:setns(ns) end

---Gives the markup of the node and all that is inside it.
---@return string
function libxml_xmlNode*:tostring() end

---Takes the node out of its document and gives it; all that is inside it goes along.
---@return xmlNode* libxml
function libxml_xmlNode*:unlink() end

---A namespace with its prefix.
---@class libxml.xmlNs*
local libxml_xmlNs* = {}

