package frontend_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"testing"

	"earshot/frontend"
	"earshot/frontend/gallery"
)

func TestAssetsAreNamedByTheirContent(t *testing.T) {
	t.Parallel()
	f := newFrontend(t)
	page := render(t, f, frontend.LoginPage{})
	linked := false
	for name, asset := range f.Assets() {
		sum := sha256.Sum256(asset.Body)
		hash, _, _ := strings.Cut(name, ".")
		if !strings.HasPrefix(hex.EncodeToString(sum[:]), hash) || len(hash) < 8 {
			t.Errorf("%s is not named by its hash %x", name, sum)
		}
		if asset.ETag != `"`+hash+`"` || !strings.HasPrefix(asset.ContentType, "text/") {
			t.Errorf("%s: got %s and %s", name, asset.ETag, asset.ContentType)
		}
		linked = linked || strings.Contains(page, `href="`+frontend.PathStatic+name+`"`)
	}
	if !linked {
		t.Error("no asset is linked from a page")
	}
}

func TestPoliciesForbidScripts(t *testing.T) {
	t.Parallel()
	f := newFrontend(t)
	for name, policy := range map[string]string{"contact": f.ContactPolicy(), "rep": f.RepPolicy(), "mail": f.MailPolicy()} {
		if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "script") {
			t.Errorf("%s: %s", name, policy)
		}
	}
	if got, want := f.PolicyOf(frontend.LoginPage{Passkey: &frontend.PasskeyForm{}}), f.RepPolicy()+"; script-src 'self'"; got != want {
		t.Errorf("with passkeys: got %s, want %s", got, want)
	}
	if got := f.PolicyOf(frontend.LoginPage{}); got != f.RepPolicy() {
		t.Errorf("without passkeys: %s", got)
	}
	for _, policy := range []string{f.ContactPolicy(), f.RepPolicy()} {
		if strings.Contains(policy, "unsafe") {
			t.Errorf("unsafe: %s", policy)
		}
	}
}

func TestNewRefusesWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, config := range []frontend.Config{{}, {Company: "Norwind"}, {BaseURL: "https://example.com"}} {
		if f, err := frontend.New(config); err == nil || f != nil {
			t.Errorf("%+v: got %v and no error", config, f)
		}
	}
}

func TestRenderIsSafeForManyAtOnce(t *testing.T) {
	t.Parallel()
	f := newFrontend(t)
	done := make(chan error)
	samples := gallery.Samples()
	for range 8 {
		go func() {
			for _, s := range samples {
				if err := f.Render(io.Discard, s.Page); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
