package lualib

import lua "github.com/Shopify/go-lua"

// Pushing a number or a string puts it in a new box on the heap. For the most
// frequent results the boxes exist already. Nothing writes to these tables.
var (
	smallInts   = boxSmallInts()
	byteStrings = boxByteStrings()
)

func boxSmallInts() (boxes [4096]any) {
	for i := range boxes {
		boxes[i] = float64(i)
	}
	return boxes
}

func boxByteStrings() (boxes [256]any) {
	for i := range boxes {
		boxes[i] = string([]byte{byte(i)})
	}
	return boxes
}

// pushInt pushes n as a number.
func pushInt(l *lua.State, n int) {
	if uint(n) < uint(len(smallInts)) {
		l.PushLightUserData(smallInts[n]) // pushes the box as it is
		return
	}
	l.PushNumber(float64(n))
}

// pushString pushes s.
func pushString(l *lua.State, s string) {
	if len(s) == 1 {
		l.PushLightUserData(byteStrings[s[0]])
		return
	}
	l.PushString(s)
}
