package access_test

import (
	"testing"

	"github.com/descope/virtualwebauthn"

	"earshot/survey"
	"earshot/survey/access"
)

// TestEveryProcessKnowsTheSeal: the first challenge of an installation is made by any process, beside the first-run link.
func TestEveryProcessKnowsTheSeal(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(*house){
		"on a new installation": func(*house) {},
		"beside the first-run link": func(h *house) {
			link, err := h.SetupSecret(h.Context())
			must(h, link, err)
		},
	} {
		h := newHouse(t)
		before(h)
		one, other := h.processWith(access.Options{BaseURL: site.Origin}), h.processWith(access.Options{BaseURL: site.Origin})
		first, err := one.EntryOptions(t.Context())
		must(t, first, err)
		_, err = other.EntryOptions(t.Context())
		must(t, first, err)
		mia := h.hire("mia@example.com", access.LevelRep)
		phone := newDevice(mia)
		rep, err := h.Rep(t.Context(), mia)
		options, failed := one.EnrolOptions(t.Context(), must(t, rep, err))
		_, err = other.AddPasskey(t.Context(), mia, "Phone", phone.make(t, options, failed))
		wantKind(t, name+": made by one process, taken by another", err, "")
		asked, err := virtualwebauthn.ParseAssertionOptions(first)
		if got := len(must(t, asked, err).Challenge); got < 32 {
			t.Errorf("a challenge has %d bytes", got)
		}
		link, err := h.SetupSecret(t.Context())
		if must(t, link, err) != "" {
			t.Error("there is a first-run link although there is a rep")
		}
		wantKind(t, "nonsense", func() error { _, err := other.LoginByPasskey(t.Context(), "[]", access.Browser{}); return err }(), survey.Unauthenticated)
	}
}
