package sqlite

import (
	"modernc.org/libc"
)

// SQLite's memory comes from an allocator that hands a block of 64 KiB back to the operating system as soon as nothing in
// it is used, and asks for it again for the next allocation of that size. Inserting into an index allocates and frees some
// kilobytes for every row, so that a fifth of the time went into mapping and unmapping. One allocation of each such size,
// kept for as long as a Store is open, keeps a block of each size mapped.
const (
	leastKept = 256
	mostKept  = 16 << 10
)

// reserve is these allocations.
type reserve struct {
	tls   *libc.TLS
	parts []uintptr
}

func newReserve() *reserve {
	r := &reserve{tls: libc.NewTLS()}
	for size := leastKept; size <= mostKept; size *= 2 {
		r.parts = append(r.parts, libc.Xmalloc(r.tls, libc.Tsize_t(size)))
	}
	return r
}

func (r *reserve) release() {
	for _, p := range r.parts {
		libc.Xfree(r.tls, p)
	}
	r.tls.Close()
}
