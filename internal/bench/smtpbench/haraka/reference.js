'use strict'
// Counts connections, accepts the recipients of two domains, adds a header
// field, and writes the mail to nowhere. policies/reference.lua does the same.

const { Writable } = require('node:stream')

let connects = 0

exports.register = function () {
    this.register_hook('lookup_rdns', 'reverse')
    this.register_hook('connect', 'count')
    this.register_hook('rcpt', 'recipient')
    this.register_hook('data_post', 'mark')
    this.register_hook('queue', 'drop')
}

// reverse answers in place of DNS, which the other servers do not ask either.
exports.reverse = (next) => next(OK, 'localhost')

exports.count = (next) => {
    connects++
    next()
}

exports.recipient = (next, connection, params) => {
    const to = `${params[0].user}@${params[0].host}`
    if (/^[a-z0-9.]+@example\.(com|net)$/.test(to)) return next(OK)
    next(DENY, 'no such user')
}

exports.mark = (next, connection) => {
    connection.transaction.add_header('X-Policy', 'checked')
    next()
}

exports.drop = (next, connection) => {
    const sink = new Writable({
        write(chunk, encoding, done) {
            done()
        },
    })
    sink.once('finish', () => next(OK))
    connection.transaction.message_stream.pipe(sink)
}
