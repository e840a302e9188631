package access_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/access"
)

// pillar is a Post that keeps what it is given.
type pillar struct {
	mu     sync.Mutex
	tokens []string
	told   []survey.Rep
}

func (*pillar) Sends() bool { return true }

func (p *pillar) SendReset(_ context.Context, to survey.Rep, token string, _ time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens = append(p.tokens, token)
	return nil
}

func (p *pillar) TellPasswordChanged(_ context.Context, to survey.Rep, _ time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.told = append(p.told, to)
	return nil
}

func (*pillar) TellRecoveryUsed(context.Context, survey.Rep, time.Time, int) error { return nil }

// askReset asks for a link, waits until it would be mailed, and returns the tokens of all that were.
func (h *house) askReset(p *pillar, email, remote string) ([]string, error) {
	h.Helper()
	err := h.AskReset(h.Context(), email, access.Browser{Remote: remote}, p)
	must(h, 0, h.Settle(h.Context()))
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tokens, err
}

func TestResetByMail(t *testing.T) {
	t.Parallel()
	h, post := newHouse(t), new(pillar)
	h.hire("mia@example.com", access.LevelRep)
	mine, err := h.try("mia@example.com", password, "192.0.2.1", "")
	must(t, mine, err)
	h.attack("mia@example.com")
	_, err = h.askReset(post, " MIA@example.com", "192.0.2.1")
	must(t, 0, err)
	tokens, err := h.askReset(post, "mia@example.com", "192.0.2.1")
	if must(t, tokens, err); len(tokens) != 2 {
		t.Fatalf("two asks sent %d mails", len(tokens))
	}
	const fresh = "another good password"
	from := access.Browser{Remote: "192.0.2.1"}
	for range 2 {
		wantKind(t, "a program that opens the link", h.ResetOpen(t.Context(), tokens[0]), "")
	}
	_, err = h.ResetPassword(t.Context(), tokens[0], "short", from, post)
	wantKind(t, "a short password", err, survey.Invalid)
	entry, err := h.ResetPassword(t.Context(), tokens[0], fresh, from, post)
	device := must(t, entry, err).Device
	must(t, 0, h.Settle(t.Context()))
	if len(post.told) != 1 || post.told[0].Email != "mia@example.com" {
		t.Errorf("told %+v that the password was changed, want Mia alone", post.told)
	}
	for i, token := range tokens {
		wantKind(t, fmt.Sprintf("link %d afterwards", i), h.ResetOpen(t.Context(), token), survey.Gone)
		_, err := h.ResetPassword(t.Context(), token, "yet another password", from, post)
		wantKind(t, "used again", err, survey.Gone)
	}
	_, err = h.SessionRep(t.Context(), mine.Session)
	wantKind(t, "the session before", err, survey.Unauthenticated)
	_, err = h.try("mia@example.com", fresh, "192.0.2.1", mine.Device)
	wantKind(t, "the device before is a stranger, and the account is under attack", err, survey.RateLimited)
	_, err = h.try("mia@example.com", fresh, "192.0.2.1", device)
	wantKind(t, "the browser of the reset", err, "")
}

func TestLinksOfResets(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("ada@example.com", access.LevelAdmin)
	mia := h.hire("mia@example.com", access.LevelRep)
	tom := h.hire("tom@example.com", access.LevelRep)
	_, link, err := h.NewReset(t.Context(), "mia@example.com")
	must(t, link, err)
	for name, token := range map[string]string{
		"nothing": "", "a word": "x", "the secret alone": link[:32], "with another rep": link[:32] + string(tom), "with nobody": link[:32] + "rep_none",
		"long": link + strings.Repeat("x", 60_000), "odd": link[:32] + "rep_\x00", "with another secret": strings.Repeat("a", 32) + string(mia),
	} {
		wantKind(t, name, h.ResetOpen(t.Context(), token), survey.Gone)
	}
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i, s := range []*access.Service{h.Service, h.process()} {
		both.Go(func() {
			_, errs[i] = s.ResetPassword(t.Context(), link, "another good password", access.Browser{}, new(pillar))
		})
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("two at once: got %v and %v, want one that is Gone", errs[0], errs[1])
	}
	_, link, err = h.NewReset(t.Context(), "mia@example.com")
	must(t, link, err)
	h.pass(access.ResetLength)
	wantKind(t, "after an hour", h.ResetOpen(t.Context(), link), survey.Gone)
	_, link, err = h.NewReset(t.Context(), "mia@example.com")
	must(t, link, err)
	_, err = h.ChangeRep(t.Context(), mia, access.RepChange{Disabled: new(true)})
	must(t, 0, err)
	wantKind(t, "without access", h.ResetOpen(t.Context(), link), survey.Gone)
	_, _, err = h.NewReset(t.Context(), "mia@example.com")
	wantKind(t, "a new one without access", err, survey.Conflict)
}

// TestAskingForResetsTellsNothing asks as a stranger does who wants to know who has an account, or to fill a mailbox.
func TestAskingForResetsTellsNothing(t *testing.T) {
	t.Parallel()
	h, post := newHouse(t), new(pillar)
	h.hire("mia@example.com", access.LevelRep)
	for i := range 5 {
		_, known := h.askReset(post, "mia@example.com", "192.0.2.1")
		_, unknown := h.askReset(post, "eve@example.com", "192.0.2.1")
		if fmt.Sprint(known) != fmt.Sprint(unknown) {
			t.Errorf("ask %d: got %v for a rep and %v for nobody, want the same", i, known, unknown)
		}
	}
	for i := range 20 {
		tokens, err := h.askReset(post, "mia@example.com", fmt.Sprintf("198.51.100.%d", i))
		if len(tokens) > access.ResetsOut {
			t.Fatalf("%d mails within an hour (%v), want %d at most", len(tokens), err, access.ResetsOut)
		}
	}
	for _, token := range post.tokens {
		wantKind(t, "each link that was mailed", h.ResetOpen(t.Context(), token), "")
	}
	_, err := h.askReset(post, strings.Repeat("x", 60_000), "192.0.2.1")
	wantKind(t, "what is no address", err, survey.Invalid)
}

// TestLinksOfResetsEndWithTheAddress: a link lies in a mailbox that may be the rep's no more.
func TestLinksOfResetsEndWithTheAddress(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		changes []access.RepChange
		want    survey.Kind
	}{
		{"another name", []access.RepChange{{Name: new("Mia Ode")}}, ""},
		{"the address in capitals", []access.RepChange{{Email: new("MIA@example.com")}}, ""},
		{"another address", []access.RepChange{{Email: new("mia@elsewhere.example")}}, survey.Gone},
		{"access taken away and given back", []access.RepChange{{Disabled: new(true)}, {Disabled: new(false)}}, survey.Gone},
	} {
		h := newHouse(t)
		h.hire("ada@example.com", access.LevelAdmin)
		mia := h.hire("mia@example.com", access.LevelRep)
		_, link, err := h.NewReset(t.Context(), "mia@example.com")
		must(t, link, err)
		for _, change := range row.changes {
			_, err := h.ChangeRep(t.Context(), mia, change)
			must(t, 0, err)
		}
		wantKind(t, row.name, h.ResetOpen(t.Context(), link), row.want)
	}
}
