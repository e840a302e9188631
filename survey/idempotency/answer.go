package idempotency

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"

	"earshot/survey/store"
)

// partSize is how long a piece of an answer is, in compressed bytes: what is shorter lies in the attempt itself.
const partSize = 256 << 10

// Answer is what was answered to a request.
type Answer struct {
	s       *Service
	attempt *Attempt
	request Request
}

// Status is the answer's HTTP status.
func (a *Answer) Status() int { return a.attempt.Status }

// Header is what was kept of the answer's header.
func (a *Answer) Header() map[string]string { return a.attempt.Header }

// WriteTo writes the body.
func (a *Answer) WriteTo(ctx context.Context, w io.Writer) error {
	body, err := gzip.NewReader(&partReader{ctx: ctx, s: a.s, attempt: a.attempt, seal: a.request.seal(a.attempt)})
	if err != nil {
		return fmt.Errorf("read a kept answer: %w", err)
	}
	_, err = io.Copy(w, body) //nolint:gosec // what we packed ourselves, as long as it was when it was sent first
	return err
}

// partID is the id of a piece of the answer to a try.
func partID(a *Attempt, place int) string { return fmt.Sprintf("%s.%s.%06d", a.ID, a.Holder, place) }

// keepBody packs the body and stores it: as a whole where it is short, else in parts.
func (t *Try) keepBody(ctx context.Context, body io.Reader) (inline []byte, parts int, err error) {
	w := &partWriter{ctx: ctx, t: t, seal: t.request.seal(t.attempt)}
	packer := gzip.NewWriter(w)
	if _, err := io.Copy(packer, body); err != nil {
		return nil, 0, err
	}
	if err := packer.Close(); err != nil {
		return nil, 0, err
	}
	if w.parts == 0 {
		return w.seal.close(0, w.buffer.Bytes()), 0, nil
	}
	return nil, w.parts + 1, w.flush(w.buffer.Len())
}

// partWriter stores what is written, a part at a time.
type partWriter struct {
	ctx    context.Context
	t      *Try
	seal   seal
	buffer bytes.Buffer
	parts  int
}

// Write implements io.Writer.
func (w *partWriter) Write(b []byte) (int, error) {
	w.buffer.Write(b)
	for w.buffer.Len() > partSize {
		if err := w.flush(partSize); err != nil {
			return 0, err
		}
		w.parts++
	}
	return len(b), nil
}

// flush stores the first n bytes as a part.
func (w *partWriter) flush(n int) error {
	a := w.t.attempt
	part := &Part{Meta: store.Meta{ID: partID(a, w.parts)}, Data: w.seal.close(w.parts, w.buffer.Next(n)), ExpiresAt: a.ExpiresAt}
	err := w.t.s.parts.Insert(w.ctx, part)
	var taken *store.DuplicateError
	if errors.As(err, &taken) { // the reply to the same insert was lost
		return nil
	}
	return err
}

// partReader reads a body, a part at a time.
type partReader struct {
	ctx     context.Context
	s       *Service
	attempt *Attempt
	seal    seal
	next    int
	left    []byte
}

// Read implements io.Reader.
func (r *partReader) Read(b []byte) (int, error) {
	if len(r.left) == 0 {
		if r.next >= max(r.attempt.Parts, 1) {
			return 0, io.EOF
		}
		sealed, err := r.sealed()
		if err == nil {
			r.left, err = r.seal.open(r.next, sealed)
		}
		if err != nil {
			return 0, fmt.Errorf("read part %d of a kept answer: %w", r.next, err)
		}
		r.next++
	}
	n := copy(b, r.left)
	r.left = r.left[n:]
	return n, nil
}

// sealed returns the next part as it is stored.
func (r *partReader) sealed() ([]byte, error) {
	if r.attempt.Parts == 0 {
		return r.attempt.Body, nil
	}
	part, err := r.s.parts.Get(r.ctx, partID(r.attempt, r.next))
	if err != nil {
		return nil, err
	}
	return part.Data, nil
}
