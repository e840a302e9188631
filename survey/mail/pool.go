package mail

import (
	"slices"
	"sync"
	"time"
)

// pool keeps connections open between messages.
type pool struct {
	keepIdle time.Duration

	mu      sync.Mutex
	idle    []*connection
	closed  bool
	leaving sync.WaitGroup
}

// take returns the connection used last, or nil.
func (p *pool) take() *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	c := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	c.expiry.Stop()
	return c
}

// keep takes a connection in good order back. It is closed when it is worn or stays unused.
func (p *pool) keep(c *connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || c.carried >= c.config.MaxPerConnection {
		p.leaving.Go(c.quit)
		return
	}
	p.idle = append(p.idle, c)
	c.expiry = time.AfterFunc(p.keepIdle, func() { p.expire(c) })
}

func (p *pool) expire(c *connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.idle, c); i >= 0 {
		p.idle = slices.Delete(p.idle, i, i+1)
		p.leaving.Go(c.quit)
	}
}

// close drops all, refuses more and waits until the last has said good-bye.
func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	for _, c := range p.idle {
		c.expiry.Stop()
		p.leaving.Go(c.quit)
	}
	p.idle = nil
	p.mu.Unlock()
	p.leaving.Wait()
}
