package main

import (
	"context"
	"errors"
	"time"
)

// atRest is how long a server is left alone before its memory is measured.
const atRest = 2 * time.Second

// rest measures the time from start to the first page served, and the memory of a server that rests.
func (b *bench) rest(ctx context.Context, e *engine) error {
	p, err := e.place("rest")
	if err != nil {
		return err
	}
	defer func() { _ = p.bare.Close() }()
	var starts []time.Duration
	var memories []int64
	for range b.rounds {
		s, took, err := start(ctx, b.program, p.store, b.folder)
		if err != nil {
			return err
		}
		time.Sleep(atRest)
		now, _, err := s.memory()
		if err := errors.Join(err, s.stop()); err != nil {
			return err
		}
		starts, memories = append(starts, took), append(memories, now)
	}
	b.add(figure{"start to the first page", e.name, milliseconds(median(starts)), "", "", "≤ 300 ms"},
		figure{"memory at rest", e.name, megabytes(median(memories)), "", "", "≤ 60 MB"})
	return nil
}
