//go:build !race

package luavm

// raceDetector tells that the tests run under the race detector.
const raceDetector = false
