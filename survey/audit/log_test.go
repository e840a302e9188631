package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/audit"
	"earshot/survey/store"
)

func TestAnActHasTwoEntries(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	begun := b.done("rep.changed", "rep_2")
	page, err := b.Page(t.Context(), audit.Filter{}, "", 10)
	must(t, page, err)
	if len(page.Items) != 2 || page.Next != "" {
		t.Fatalf("got %d entries and the cursor %q, want 2 and none", len(page.Items), page.Next)
	}
	first, second := page.Items[0], page.Items[1]
	if first.Number != 1 || first.Outcome != audit.Begun || first.Actor() != ana || first.Document != "rep_2" || len(first.Sent) != 1 {
		t.Errorf("the first entry is %+v", first)
	}
	if second.Number != 2 || second.Outcome != audit.Done || second.Of != 1 || second.Actor() != ana || len(second.Changed) != 1 {
		t.Errorf("the second entry is %+v", second)
	}
	outcomes, err := b.Outcomes(t.Context(), []*audit.Entry{begun})
	if must(t, outcomes, err); outcomes[1] == nil || outcomes[1].Number != 2 {
		t.Errorf("the outcome of 1 is %+v, want entry 2", outcomes[1])
	}
}

// TestNumbersHaveNoHoles writes from several processes at once.
func TestNumbersHaveNoHoles(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	const processes, writers, each = 3, 2, 5
	var group sync.WaitGroup
	for range processes {
		log := b.process()
		for range writers {
			group.Go(func() {
				for range each {
					begun, err := log.Begin(b.Context(), audit.Act{Name: "x", Actor: ana})
					if err == nil {
						err = log.End(b.Context(), begun, audit.Result{Outcome: audit.Done})
					}
					if err != nil {
						b.Error(err)
					}
				}
			})
		}
	}
	group.Wait()
	head, err := b.Verify(t.Context(), audit.Head{})
	if must(t, head, err); head.Number != processes*writers*each*2 {
		t.Errorf("the head is %d, want %d", head.Number, processes*writers*each*2)
	}
}

// TestTamperingIsFound lays hands on the store in each way.
func TestTamperingIsFound(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		tamper func(b *book)
		// want is the number of the first entry that does not fit; 0: only a noted head finds it, at entry noted.
		want, noted int64
	}{
		{"an actor is changed", func(b *book) { b.rewrite(3, func(e *audit.Entry) { e.Who = "rep_9" }) }, 3, 3},
		{"what was sent is changed", func(b *book) { b.rewrite(3, func(e *audit.Entry) { e.Sent[0].Value = "Born" }) }, 3, 3},
		{"a time is changed by a millisecond", func(b *book) { b.rewrite(3, func(e *audit.Entry) { e.At = e.At.Add(time.Millisecond) }) }, 3, 3},
		{"an outcome is changed", func(b *book) { b.rewrite(4, func(e *audit.Entry) { e.Outcome = audit.Refused }) }, 4, 4},
		{"one is changed with its hash", func(b *book) { b.rewrite(3, func(e *audit.Entry) { e.Who = "rep_9"; e.Hash = digestOf(b, e) }) }, 4, 4},
		{"one is deleted in the middle", func(b *book) { b.remove(3) }, 3, 3},
		{"the first is deleted", func(b *book) { b.remove(1) }, 1, 1},
		{"two are swapped", func(b *book) { b.swap(3, 5) }, 3, 3},
		{"one is put in", func(b *book) { b.insertBehind(3) }, 4, 4},
		{"one is put behind the end", func(b *book) {
			e := *b.entry(8)
			e.Meta, e.Number = store.Meta{ID: "aud_000000000009"}, 9
			must(b, 0, b.entries.Insert(b.Context(), &e))
		}, 9, 9},
		{"the end is cut off", func(b *book) { b.remove(8); b.remove(7) }, 0, 7},
		{"all is cut off", func(b *book) {
			for n := int64(8); n > 0; n-- {
				b.remove(n)
			}
		}, 0, 1},
		{"all is written anew", func(b *book) {
			for n := int64(8); n > 0; n-- {
				b.remove(n)
			}
			for range 4 {
				b.done("rep.changed", "rep_3")
			}
		}, 0, 8},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBook(t)
			for n := range 4 {
				b.done("rep.changed", fmt.Sprint("rep_", n))
			}
			noted, err := b.Head(t.Context())
			must(t, noted, err)
			if whole, err := b.Verify(t.Context(), noted); err != nil || whole != noted {
				t.Fatalf("before: got %v, %v, want %v", whole, err, noted)
			}
			tt.tamper(b)
			wantBroken(t, "without a noted head", b, audit.Head{}, tt.want)
			wantBroken(t, "with the noted head", b, noted, tt.noted)
		})
	}
}

func wantBroken(t *testing.T, what string, b *book, expected audit.Head, want int64) {
	t.Helper()
	_, err := b.Verify(t.Context(), expected)
	var broken *audit.BrokenError
	switch errors.As(err, &broken); {
	case want == 0 && err != nil:
		t.Errorf("%s: got %v, want nothing found", what, err)
	case want != 0 && (broken == nil || broken.Number != want):
		t.Errorf("%s: got %v, want entry %d", what, err, want)
	}
}

// rewrite changes an entry as somebody does who has the store.
func (b *book) rewrite(number int64, change func(*audit.Entry)) {
	b.Helper()
	e := b.entry(number)
	change(e)
	must(b, 0, b.entries.Replace(b.Context(), e))
}

func (b *book) remove(number int64) {
	b.Helper()
	must(b, 0, b.entries.Delete(b.Context(), b.entry(number)))
}

// swap has two entries stand in each other's place.
func (b *book) swap(one, other int64) {
	b.Helper()
	first, second := b.entry(one), b.entry(other)
	firstMeta, secondMeta := first.Meta, second.Meta
	first.Meta, second.Meta, first.Number, second.Number = secondMeta, firstMeta, other, one
	must(b, 0, b.entries.Replace(b.Context(), first))
	must(b, 0, b.entries.Replace(b.Context(), second))
}

// insertBehind moves all behind that number on by one and puts one in whose own hash is right.
func (b *book) insertBehind(number int64) {
	b.Helper()
	for n := int64(8); n > number; n-- {
		e := b.entry(n)
		b.remove(n)
		e.Meta, e.Number = store.Meta{ID: fmt.Sprintf("aud_%012d", n+1)}, n+1
		must(b, 0, b.entries.Insert(b.Context(), e))
	}
	e := *b.entry(number)
	e.Meta, e.Number, e.Previous = store.Meta{ID: fmt.Sprintf("aud_%012d", number+1)}, number+1, "0"+e.Hash[1:]
	e.Hash = digestOf(b, &e)
	must(b, 0, b.entries.Insert(b.Context(), &e))
}

// digestOf is the hash that somebody computes who knows how: here by writing the same into a log of their own.
func digestOf(tb testing.TB, e *audit.Entry) string {
	tb.Helper()
	hash, err := audit.Digest(e.Line())
	return must(tb, hash, err)
}

func TestClocksThatGoBack(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	b.done("a", "x")
	b.pass(-time.Hour)
	b.done("b", "x")
	if at := b.entry(4).At; !at.Equal(noon) {
		t.Errorf("an entry of a clock that is behind is at %s, want %s, that of the one before", at, noon)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	b.done("rep.changed", "rep_2") // 1, 2
	b.pass(time.Hour)
	b.done("key.made", "key_1") // 3, 4
	stranger := audit.Act{Name: "login.held_off", Actor: audit.Actor{Kind: audit.Stranger}, From: "198.51.100.9"}
	_, err := b.Note(t.Context(), stranger, audit.Result{Outcome: audit.Refused, Detail: "rate_limited"}) // 5
	must(t, 0, err)
	tests := []struct {
		name   string
		filter audit.Filter
		want   string
	}{
		{"all", audit.Filter{}, "1 2 3 4 5"},
		{"latest first", audit.Filter{Latest: true}, "5 4 3 2 1"},
		{"behind", audit.Filter{Behind: 3}, "4 5"},
		{"by who", audit.Filter{Who: "rep_1"}, "1 2 3 4"},
		{"by who, behind", audit.Filter{Who: "rep_1", Behind: 2}, "3 4"},
		{"by act", audit.Filter{Act: "key.made"}, "3 4"},
		{"by both", audit.Filter{Who: "rep_1", Act: "login.held_off"}, ""},
		{"by document", audit.Filter{Document: "key_1"}, "3"},
		{"from", audit.Filter{From: noon.Add(time.Minute)}, "3 4 5"},
		{"to, by who", audit.Filter{Who: "rep_1", To: noon.Add(time.Minute)}, "1 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := b.numbers(tt.filter); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	_, err = b.Page(t.Context(), audit.Filter{}, "nonsense", 10)
	if survey.KindOf(err) != survey.Invalid {
		t.Errorf("a cursor of nowhere: got %v, want invalid", err)
	}
}

// numbers are the numbers of what a filter lets through, two to a page.
func (b *book) numbers(f audit.Filter) string {
	b.Helper()
	var found []string
	for after := survey.Cursor(""); ; {
		page, err := b.Page(b.Context(), f, after, 2)
		must(b, page, err)
		for _, e := range page.Items {
			found = append(found, fmt.Sprint(e.Number))
		}
		if after = page.Next; after == "" {
			return strings.Join(found, " ")
		}
	}
}

// TestWhatCannotBeWrittenIsNotBegun has the caller's time run out.
func TestWhatCannotBeWrittenIsNotBegun(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Begin(over, audit.Act{Name: "x", Actor: ana}); err == nil {
		t.Error("an act begins whose entry was not written")
	}
}

func TestHeadsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	b.done("x", "")
	head, err := b.Head(t.Context())
	must(t, head, err)
	if read, err := audit.ParseHead(" " + strings.ToUpper(head.String()) + "\n"); err != nil || read != head {
		t.Errorf("got %v, %v, want %v", read, err, head)
	}
	for _, wrong := range []string{"", "2", "2:", "x:" + head.Hash, "0:" + head.Hash, "2:abc", "2:" + head.Hash + "00"} {
		if _, err := audit.ParseHead(wrong); err == nil {
			t.Errorf("%q is taken for a head", wrong)
		}
	}
}
