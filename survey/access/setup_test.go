package access_test

import (
	"runtime"
	"strings"
	"sync"
	"testing"

	"earshot/survey"
	"earshot/survey/access"
)

// firstAdmin is whom strangers try to become.
var firstAdmin = access.NewRep{Name: "Ada", Email: "ada@example.com", Password: password}

// allocated returns what was allocated while do ran, in MiB. Nothing else may run.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) >> 20
}

// TestStrangersAtTheFirstRunLinkCostNothing is not parallel, for it measures: one hash would take 19 MiB.
func TestStrangersAtTheFirstRunLinkCostNothing(t *testing.T) {
	h := newHouse(t)
	must(t, "", func() error { _, err := h.SetupSecret(t.Context()); return err }())
	for name, link := range map[string]string{
		"a word": "anything", "nothing": "", "long": strings.Repeat("x", 60_000), "as long as the right one": strings.Repeat("a", 32),
	} {
		got := allocated(func() {
			var all sync.WaitGroup
			for range 150 {
				all.Go(func() {
					_, err := h.FirstAdmin(t.Context(), link, firstAdmin)
					wantKind(t, name, err, survey.Gone)
				})
			}
			all.Wait()
		})
		if got > 15 {
			t.Errorf("%s: 150 tries allocated %d MiB, want no hash in them", name, got)
		}
	}
}

func TestTheFirstRunLinkWorksOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	old, err := h.SetupSecret(t.Context())
	must(t, old, err)
	link, err := h.SetupSecret(t.Context())
	must(t, link, err)
	wantKind(t, "an older link", h.SetupOpen(t.Context(), old), survey.Gone)
	wantKind(t, "the link", h.SetupOpen(t.Context(), link), "")
	_, err = h.FirstAdmin(t.Context(), link, access.NewRep{Name: "Ada", Email: "nonsense", Password: password})
	wantKind(t, "a wrong address", err, survey.Invalid)

	other := h.process()
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i, s := range []*access.Service{h.Service, other} {
		both.Go(func() {
			in := firstAdmin
			in.Email = []string{"ada@example.com", "eve@example.com"}[i]
			_, errs[i] = s.FirstAdmin(t.Context(), link, in)
		})
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("two at once: got %v and %v, want one admin", errs[0], errs[1])
	}
	reps, err := h.Reps(t.Context())
	if len(must(t, reps, err)) != 1 || reps[0].Access != access.LevelAdmin {
		t.Errorf("got %d reps, want one admin", len(reps))
	}
	for name, s := range map[string]*access.Service{"here": h.Service, "in the other process": other, "after a start": h.process()} {
		wantKind(t, "the link afterwards, "+name, s.SetupOpen(t.Context(), link), survey.Gone)
		again, err := s.SetupSecret(t.Context())
		if must(t, again, err) != "" {
			t.Errorf("%s there is a new link although there is an admin", name)
		}
	}
}

// TestALinkIsOverOnceThereIsAnyRep: one that was printed before the admin came otherwise, as in the demo.
func TestALinkIsOverOnceThereIsAnyRep(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	link, err := h.SetupSecret(t.Context())
	must(t, link, err)
	other := h.process()
	h.hire("ada@example.com", access.LevelAdmin)
	wantKind(t, "here", h.SetupOpen(t.Context(), link), survey.Gone)
	wantKind(t, "in another process", other.SetupOpen(t.Context(), link), survey.Gone)
}
