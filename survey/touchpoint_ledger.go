package survey

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"earshot/survey/feed"
	"earshot/survey/outbox"
	"earshot/survey/store"
)

// TouchpointBatch is the ledger of one batch of touchpoints: it is written before them, so that no death of a process
// between a touchpoint and its customer's rhythm loses a sign of life, and goes when the rhythms know.
type TouchpointBatch struct {
	store.Meta `json:",inline"`
	// Customers are those whose signs of life the batch writes or changes.
	Customers []CustomerID `json:"customers"`
	// Written says that all was written: Signs are then what is new, and Rebuild those customers of whom signs of life were
	// changed or removed. Until then nobody knows, and the rhythms of all Customers have to be made anew.
	Written bool         `json:"written"`
	Rebuild []CustomerID `json:"rebuild,omitempty"`
	// Kinds are the kinds that Signs name by their places.
	Kinds []TouchpointKind `json:"kinds,omitempty"`
	// Signs are the new signs of life, packed, for there may be thousands: in base64, three unsigned varints for each, the
	// place of the customer in Customers, the place of the kind in Kinds, and the time in milliseconds since 1970.
	Signs string `json:"signs,omitempty"`
	// Source is where the batch comes from, At when it was written, and Counts are its new signs of life, by kind and day: until
	// Written, those that were about to be written. Told says that the rhythms know already, and only the feeds have to be told.
	Source FeedSource `json:"source,omitempty"`
	At     time.Time  `json:"at,omitzero"`
	Counts []DayCount `json:"counts,omitempty"`
	Told   bool       `json:"told,omitempty"`
}

// DayCount is how many signs of life of a kind happened on a day.
type DayCount struct {
	Kind TouchpointKind `json:"kind"`
	Day  feed.Day       `json:"day"`
	N    int            `json:"n"`
}

var touchpointBatchSpec = &store.Spec{
	Name:  "touchpoint_batches",
	New:   func() store.Doc { return new(TouchpointBatch) },
	Queue: true,
}

const (
	// writeTimeout bounds the writing of one batch of touchpoints.
	writeTimeout = 30 * time.Second
	// batchGrace is how long a batch is left to its writer: longer than any write of it can be under way.
	batchGrace = 2 * writeTimeout
	// batchesAtOnce is how many batches are told to the rhythms together: the more, the less often a customer in many of them
	// is written.
	batchesAtOnce = 64
)

// effectTell tells rhythms and feeds of touchpoints; touchpoint batches owe it.
const effectTell = "tell_rhythms"

// openBatch writes down that signs of life of the batch's customers are about to be written.
func (s *Service) openBatch(ctx context.Context, b *TouchpointBatch) (*TouchpointBatch, error) {
	b.ID, b.At = s.newID("tcb"), s.now()
	b.Owe(effectTell, b.At.Add(batchGrace))
	return b, s.db.touchpointBatches.Insert(ctx, b)
}

// leaveBatch leaves what was written to the queue.
func (s *Service) leaveBatch(ctx context.Context, b *TouchpointBatch, change lifeChanges) error {
	if len(change) == 0 {
		return ignoreConflict(s.db.touchpointBatches.Delete(ctx, b))
	}
	b.pack(change)
	b.Schedule(effectTell, s.now())
	err := s.db.touchpointBatches.Replace(ctx, b)
	if errors.Is(err, store.ErrConflict) {
		// The grace was over, and somebody has told the rhythms what there was then, and the feeds what was to come.
		b.Counts = nil
		b.Meta = store.Meta{ID: s.newID("tcb"), Owes: b.Owes}
		b.Reckon()
		err = s.db.touchpointBatches.Insert(ctx, b)
	}
	s.outbox.Wake(touchpointBatchSpec.Name)
	return err
}

// tellBatch tells the rhythms of what was written at once. Where that fails it is left to the queue: what was written is
// safe, so nothing of this is an error of the caller's.
func (s *Service) tellBatch(ctx context.Context, b *TouchpointBatch, change lifeChanges) {
	err := s.tellRhythms(ctx, change)
	switch {
	case err != nil:
	case len(change) == 0 || len(b.Counts) == 0:
		err = ignoreConflict(s.db.touchpointBatches.Delete(ctx, b))
	default: // a feed is one document, so it is told by the queue, of many batches at once
		b.Written, b.Told, b.Customers = true, true, nil
		b.Schedule(effectTell, s.now())
		err = ignoreConflict(s.db.touchpointBatches.Replace(ctx, b))
		s.outbox.Wake(touchpointBatchSpec.Name)
	}
	if err != nil {
		s.log.WarnContext(ctx, "touchpoints are told to their rhythms later", "batch", b.ID, "error", err)
	}
}

// tellBatches is the effect effectTell.
func (s *Service) tellBatches(ctx context.Context, b *outbox.Batch[*TouchpointBatch]) error {
	all, counts := lifeChanges{}, feedCounts{}
	for _, i := range b.Items {
		counts.add(i.Doc)
		if err := i.Doc.unpack(all); err != nil {
			return err
		}
		i.Drop()
	}
	if err := s.tellRhythms(ctx, all); err != nil {
		return err
	}
	return s.countFeeds(ctx, counts)
}

// pack notes that all was written.
func (b *TouchpointBatch) pack(change lifeChanges) {
	b.Written, b.Customers, b.Kinds, b.Rebuild = true, nil, nil, nil
	var raw []byte
	for id, c := range change {
		if c.rebuild {
			b.Rebuild = append(b.Rebuild, id)
			continue
		}
		for _, sign := range c.added {
			kind := slices.Index(b.Kinds, sign.kind)
			if kind < 0 {
				kind, b.Kinds = len(b.Kinds), append(b.Kinds, sign.kind)
			}
			raw = binary.AppendUvarint(raw, uint64(len(b.Customers)))
			raw = binary.AppendUvarint(raw, uint64(kind))
			raw = binary.AppendUvarint(raw, uint64(sign.at.UnixMilli()))
		}
		b.Customers = append(b.Customers, id)
	}
	b.Signs = base64.StdEncoding.EncodeToString(raw)
}

// unpack adds what the batch tells to all.
func (b *TouchpointBatch) unpack(all lifeChanges) error {
	if !b.Written {
		for _, id := range b.Customers {
			all.rebuild(id)
		}
		return nil
	}
	for _, id := range b.Rebuild {
		all.rebuild(id)
	}
	raw, err := base64.StdEncoding.DecodeString(b.Signs)
	for err == nil && len(raw) > 0 {
		var customer, kind, at uint64
		for _, x := range []*uint64{&customer, &kind, &at} {
			value, length := binary.Uvarint(raw)
			if length <= 0 {
				return fmt.Errorf("touchpoint batch %s: its signs are cut", b.ID)
			}
			*x, raw = value, raw[length:]
		}
		if customer >= uint64(len(b.Customers)) || kind >= uint64(len(b.Kinds)) {
			return fmt.Errorf("touchpoint batch %s: its signs name nobody", b.ID)
		}
		all.add(b.Customers[customer], lifeSign{b.Kinds[kind], store.Time(time.UnixMilli(int64(at)))})
	}
	return err
}
