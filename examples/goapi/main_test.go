package main

func Example() {
	main()
	// Output:
	// ann@example.org: "Grüße"
	//   text/plain "Call 555-0100."
	//   text/plain "Bye.\r\n"
	// match: Call <555-0100>.
	// match: pcre: match limit exceeded
	// count: /mail/sent 2
	// list: 192.0.2.1/32 office true
	// list: 192.0.2.70/32 lab true
	// list: 203.0.113.1/32 elsewhere false
	// resolve: mx.example.org
	// resolve: v=spf1 mx -all
	// resolve: dns: looking up nowhere.example.org: NXDOMAIN
	// classify: 552 5.2.2 mailbox full is BC_SOFT_MAILBOX_FULL (Soft)
	// classify: 550 5.1.1 no such user is BC_INVALID_RECIPIENT (Hard)
}
