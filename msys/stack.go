package msys

// stepStack is about how much of a goroutine's stack a step takes that runs
// callouts: with what is below it a little less than 16 KB.
const stepStack = 10 << 10

// reserveStack makes the stack of the goroutine large enough for a step at
// once. Most sessions run on goroutines of their own, whose stacks begin small
// and would be moved three times on the way into the virtual machine, with
// ever more frames to adjust: a tenth of the time of a short session.
//
// The function has a frame of the size in question, for which it makes room
// when it begins, whatever it does then; with 0 it touches nothing.
//
//go:noinline
func reserveStack(n int) byte {
	if n == 0 {
		return 0
	}
	var room [stepStack]byte
	room[n%stepStack] = byte(n)
	return room[n*n%stepStack]
}
