package sqlite

import "modernc.org/libc"

// SQLite's memory comes from an allocator that cuts blocks of 64 KiB into parts of one size, hands a block back to the
// operating system as soon as none of its parts is used, and asks for it again for the next part of that size. Inserting
// into an index allocates and frees some kilobytes for every row, and a connection for reading frees its pages whenever
// somebody else has written: a fifth of the processor's time went into mapping and unmapping. One part kept in use keeps
// its block.
const (
	blockSize = 64 << 10
	leastPart = 256
	mostPart  = blockSize / 4

	// pagePart is the part that holds one page of the cache (4 KiB and its header), pageBlocks how many blocks of them are
	// kept: as much as a few readers need for a query.
	pagePart   = 8 << 10
	pageBlocks = 24
)

// reserve is what is kept in use.
type reserve struct {
	tls   *libc.TLS
	parts []uintptr
}

func newReserve() *reserve {
	r := &reserve{tls: libc.NewTLS()}
	for size := leastPart; size <= mostPart; size *= 2 {
		r.keep(size, 1)
	}
	r.keep(pagePart, pageBlocks)
	return r
}

// keep fills blocks with parts and frees all but one part of each.
func (r *reserve) keep(size, blocks int) {
	var filler []uintptr
	for range blocks {
		r.parts = append(r.parts, libc.Xmalloc(r.tls, libc.Tsize_t(size)))
		for range blockSize/size - 2 {
			filler = append(filler, libc.Xmalloc(r.tls, libc.Tsize_t(size)))
		}
	}
	for _, p := range filler {
		libc.Xfree(r.tls, p)
	}
}

func (r *reserve) release() {
	for _, p := range r.parts {
		libc.Xfree(r.tls, p)
	}
	r.tls.Close()
}
