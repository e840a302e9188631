//go:build unix

package sqlite_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"earshot/survey/store"
)

// visit is as large as a touchpoint: about 200 bytes of JSON and three indexed fields.
type visit struct {
	store.Meta `json:",inline"`

	ExternalID string    `json:"external_id,omitempty"`
	CustomerID string    `json:"customer_id"`
	Kind       string    `json:"kind"`
	At         time.Time `json:"at"`
	Value      float64   `json:"value,omitempty"`
	RecordedAt time.Time `json:"recorded_at"`
}

var visits = &store.Spec{
	Name: "visits",
	New:  func() store.Doc { return new(visit) },
	Indexes: []store.Index{
		{Name: "by_customer", Fields: []string{"customer_id", "at"}},
		{Name: "by_external_id", Fields: []string{"external_id"}, Unique: true, Sparse: true},
	},
}

// newVisit returns the nth visit, with an id that does not follow the order of insertion.
func newVisit(n int) *visit {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Minute)
	return &visit{
		Meta: store.Meta{ID: fmt.Sprintf("%08x%016x", uint32(n)*2654435761, n)}, ExternalID: fmt.Sprint("ext-", n),
		CustomerID: fmt.Sprintf("customer-%05d", n%5000), Kind: "order", At: at, Value: 12.5, RecordedAt: at,
	}
}

func openVisits(b *testing.B, n int) store.Collection[visit, *visit] {
	b.Helper()
	c := store.NewCollection[visit](openFile(b, visits), visits)
	for from := 0; from < n; from += store.MaxBatch {
		insertVisits(b, c, from, min(n, from+store.MaxBatch))
	}
	return c
}

func insertVisits(b *testing.B, c store.Collection[visit, *visit], from, to int) {
	b.Helper()
	docs := make([]*visit, 0, to-from)
	for n := from; n < to; n++ {
		docs = append(docs, newVisit(n))
	}
	if err := c.Insert(b.Context(), docs...); err != nil {
		b.Fatal(err)
	}
}

// measureCPU reports the processor time of an operation, all threads together, which tells more on a busy machine than the
// clock does. The function that it returns ends the measurement.
func measureCPU(b *testing.B) func(operations int) {
	b.Helper()
	start := cpu(b)
	return func(operations int) {
		b.ReportMetric(float64(cpu(b)-start)/float64(operations), "cpu-ns/op")
	}
}

func cpu(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

func BenchmarkFetch(b *testing.B) {
	const size = 50_000
	c := openVisits(b, size)
	n := 0
	done := measureCPU(b)
	for b.Loop() {
		n = (n + 7919) % size
		if _, err := c.Get(b.Context(), newVisit(n).ID); err != nil {
			b.Fatal(err)
		}
	}
	done(b.N)
}

func BenchmarkFindPage(b *testing.B) {
	const size = 50_000
	c := openVisits(b, size)
	n := 0
	done := measureCPU(b)
	for b.Loop() {
		n++
		q := store.Query{Index: "by_customer", Equal: []any{fmt.Sprintf("customer-%05d", n%5000)}, Descending: true, Limit: 5}
		if docs, _, err := c.Find(b.Context(), q); err != nil || len(docs) != 5 {
			b.Fatal(len(docs), err)
		}
	}
	done(b.N)
}

// BenchmarkInsertParallel inserts one durable document at a time from 32 sides.
func BenchmarkInsertParallel(b *testing.B) {
	c := openVisits(b, 0)
	var n atomic.Int64
	b.SetParallelism(16)
	done := measureCPU(b)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := c.Insert(b.Context(), newVisit(int(n.Add(1)))); err != nil {
				b.Error(err)
				return
			}
		}
	})
	done(b.N)
}

// BenchmarkFlow does what one answered questionnaire costs here, from 32 sides: two documents fetched, one inserted.
func BenchmarkFlow(b *testing.B) {
	const size = 20_000
	c := openVisits(b, size)
	var n atomic.Int64
	n.Store(size)
	b.SetParallelism(16)
	done := measureCPU(b)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := int(n.Add(1))
			for k := range 2 {
				if _, err := c.Get(b.Context(), newVisit((i*31+k)%size).ID); err != nil {
					b.Error(err)
					return
				}
			}
			if err := c.Insert(b.Context(), newVisit(i)); err != nil {
				b.Error(err)
				return
			}
		}
	})
	done(b.N)
}

// BenchmarkInsertBatch inserts full batches; ns/doc is the cost of a document.
func BenchmarkInsertBatch(b *testing.B) {
	c := openVisits(b, 0)
	n := 0
	done := measureCPU(b)
	for b.Loop() {
		insertVisits(b, c, n, n+store.MaxBatch)
		n += store.MaxBatch
	}
	done(n)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/doc")
}

// sign is a touchpoint as the product declares it: an id that is a hash, and one index.
var signs = &store.Spec{
	Name:    "signs",
	New:     func() store.Doc { return new(visit) },
	Indexes: []store.Index{{Name: "by_customer", Fields: []string{"customer_id", "at"}}},
}

// BenchmarkInsertTouchpoints inserts full batches, some at once as an import does, into a collection that holds 200,000.
func BenchmarkInsertTouchpoints(b *testing.B) {
	const before = 200_000
	for _, together := range []int{1, 4} {
		b.Run(fmt.Sprint(together, " at once"), func(b *testing.B) {
			c := store.NewCollection[visit](openFile(b, signs), signs)
			for n := 0; n < before; n += store.MaxBatch {
				insertVisits(b, c, n, n+store.MaxBatch)
			}
			var n atomic.Int64
			n.Store(before)
			done := measureCPU(b)
			for b.Loop() {
				var group sync.WaitGroup
				for range together {
					group.Go(func() {
						to := int(n.Add(store.MaxBatch))
						insertVisits(b, c, to-store.MaxBatch, to)
					})
				}
				group.Wait()
			}
			documents := int(n.Load()) - before
			done(documents)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(documents), "ns/doc")
		})
	}
}

// importBatch is how many documents an import writes at once.
const importBatch = 2500

// BenchmarkReplaceBatch replaces documents that keep what the indexes hold, in batches as imports write.
func BenchmarkReplaceBatch(b *testing.B) {
	const size = 100_000
	c := openVisits(b, size)
	at, n := 0, 0
	done := measureCPU(b)
	for b.Loop() {
		b.StopTimer()
		var list []string
		for range importBatch {
			at = (at + 1) % size
			list = append(list, newVisit(at).ID)
		}
		found, err := c.Fetch(b.Context(), list)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		docs := make([]*visit, 0, importBatch)
		for _, id := range list {
			d := found[id]
			d.Value++
			docs = append(docs, d)
		}
		if _, err := c.ReplaceAll(b.Context(), docs); err != nil {
			b.Fatal(err)
		}
		n += importBatch
	}
	done(n)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/doc")
}

// reply is as an answered questionnaire is stored, with an index that covers what figures are made of.
type reply struct {
	store.Meta `json:",inline"`

	SurveyID    string    `json:"survey_id"`
	SubmittedAt time.Time `json:"submitted_at"`
	Segment     string    `json:"segment"`
	RepID       string    `json:"rep_id"`
	Score       int       `json:"score"`
	Language    string    `json:"language"`
	Text        string    `json:"text"`
}

var replies = &store.Spec{
	Name: "replies", New: func() store.Doc { return new(reply) },
	Indexes: []store.Index{{Name: "figures", Fields: []string{"survey_id", "submitted_at", "score", "segment", "rep_id", "language"}}},
}

// BenchmarkFold groups 500,000 answers of three years by four fields and the month.
func BenchmarkFold(b *testing.B) {
	const size = 500_000
	c := store.NewCollection[reply](openFile(b, replies), replies)
	start := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for from := 0; from < size; from += store.MaxBatch {
		docs := make([]*reply, store.MaxBatch)
		for i := range docs {
			n := from + i
			h := uint32(n) * 2654435761
			docs[i] = &reply{
				Meta: store.Meta{ID: fmt.Sprintf("rsp_%016x", uint64(h)<<32|uint64(n))}, SurveyID: "sur_quarterly", SubmittedAt: start.Add(time.Duration(n) * 189 * time.Second),
				Segment: []string{"retail", "industry", "public", ""}[h>>8&3], RepID: fmt.Sprintf("rep_%02d", h>>12&7), Score: int(h >> 16 % 11), Language: []string{"de", "en"}[h>>20&1],
				Text: "Fine, but the delivery took longer than we had been told, twice in a row, and nobody called.",
			}
		}
		if err := c.Insert(b.Context(), docs...); err != nil {
			b.Fatal(err)
		}
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		b.Fatal(err)
	}
	f := store.Fold{
		Query: store.Query{Index: "figures", Equal: []any{"sur_quarterly"}}, By: []string{"score", "segment", "rep_id", "language"},
		At: "submitted_at", Every: store.Month, Zone: zone,
	}
	b.ResetTimer()
	done := measureCPU(b)
	for b.Loop() {
		if groups, err := c.Fold(b.Context(), f); err != nil || len(groups) < 1000 {
			b.Fatal(len(groups), err)
		}
	}
	done(b.N)
}
