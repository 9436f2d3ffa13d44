package main

func Example() {
	main()
	// Output:
	// ann	3.5	{ "domain": "example.org" }
	// /orders/example.org 2
}
