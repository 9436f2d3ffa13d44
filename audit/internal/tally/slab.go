package tally

// slab holds values that are named by numbers from 1. It grows by chunks, so
// that values keep their place; only the first chunk is copied as it grows.
type slab[T any] struct {
	chunks [][]T
	next   uint32 // the number of the next fresh value
	free   []uint32
}

const (
	chunkBits = 10
	chunkSize = 1 << chunkBits
)

// at gives the value of that number. The pointer is good until the next take.
func (s *slab[T]) at(i uint32) *T { return &s.chunks[i>>chunkBits][i&(chunkSize-1)] }

// take gives the number of a zero value.
func (s *slab[T]) take() uint32 {
	if n := len(s.free); n > 0 {
		i := s.free[n-1]
		s.free = s.free[:n-1]
		var zero T
		*s.at(i) = zero
		return i
	}
	if s.next == 0 {
		s.next = 1
		s.chunks = append(s.chunks, make([]T, 1, 8)) // number 0 is none
	}
	i := s.next
	s.next++
	k := int(i >> chunkBits)
	if k == len(s.chunks) {
		s.chunks = append(s.chunks, make([]T, 0, chunkSize))
	}
	var zero T
	s.chunks[k] = append(s.chunks[k], zero)
	return i
}

func (s *slab[T]) give(i uint32) { s.free = append(s.free, i) }
