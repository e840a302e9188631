package sqlite

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"zombiezen.com/go/sqlite"
)

// pool holds the connections for reading. They are opened when needed, and the one used last is taken first, for its pages
// are in its cache.
type pool struct {
	path   string
	places chan struct{}

	mu   sync.Mutex
	idle []*sqlite.Conn
}

// readersPerCPU allows for readers that wait for the disk.
const readersPerCPU = 2

func newPool(path string) *pool {
	return &pool{path: path, places: make(chan struct{}, readersPerCPU*runtime.GOMAXPROCS(0)+2)}
}

func (p *pool) take(ctx context.Context) (*sqlite.Conn, error) {
	select {
	case p.places <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	c, err := openReader(p.path)
	if err != nil {
		<-p.places
		return nil, readError(failed(err))
	}
	return c, nil
}

func (p *pool) put(c *sqlite.Conn) {
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
	<-p.places
}

// close closes the idle connections; the caller sees to it that all are idle.
func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, c := range p.idle {
		errs = append(errs, c.Close())
	}
	p.idle = nil
	return errors.Join(errs...)
}
