package frontend_test

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"earshot/frontend"
	"earshot/frontend/gallery"
)

// tooSmall finds what a page must not have on a phone: sideways scrolling, and things to press that are lower than 44
// pixels. Links inside sentences are as high as their line.
const tooSmall = `(() => {
	const found = [];
	if (document.documentElement.scrollWidth > innerWidth) found.push("scrolls sideways: " + document.documentElement.scrollWidth);
	const press = "button, .button, select, textarea, summary, nav[aria-label=Sections] a, .tabs a, label.choice, .scale label, .list label, " +
		"input:not([type=hidden], [type=checkbox], [type=radio])";
	for (const e of document.querySelectorAll(press)) {
		const box = e.getBoundingClientRect();
		if (box.width && box.height < 43.5 && !e.closest(".trap")) found.push(e.tagName + " " + e.className + " " + e.name + " is " + box.height + " high");
	}
	return found.join("; ");
})()`

// TestSamplesFitAPhone opens samples in Chromium at the width of a phone.
func TestSamplesFitAPhone(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("NOT RUN: there is no chromium on the PATH, so no page was opened at the width of a phone")
	}
	if testing.Short() {
		t.Skip("NOT RUN: -short")
	}
	folder := t.TempDir()
	f := newFrontend(t)
	for name, asset := range f.Assets() {
		write(t, filepath.Join(folder, name), string(asset.Body))
	}
	browser := openBrowser(t, chromium)
	for _, s := range gallery.Samples() {
		if !strings.HasPrefix(s.Variant, "extreme") && s.Variant != "normal" && s.Variant != "error" && s.Variant != "closed" {
			continue
		}
		file := filepath.Join(folder, s.ID()+".html")
		write(t, file, strings.ReplaceAll(render(t, f, s.Page), `href="`+frontend.PathStatic, `href="`))
		if err := chromedp.Do(browser, chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String())); err != nil {
			t.Fatalf("%s: %v", s.ID(), err)
		}
		found, err := chromedp.Run(browser, chromedp.Evaluate[string](tooSmall))
		if err != nil {
			t.Fatalf("%s: %v", s.ID(), err)
		}
		if found != "" {
			t.Errorf("%s: %s", s.ID(), found)
		}
	}
}

func openBrowser(t *testing.T, chromium string) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU)
	limited, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	allocator, stop := chromedp.NewExecAllocator(limited, options...)
	t.Cleanup(stop)
	browser, quit := chromedp.NewContext(allocator)
	t.Cleanup(quit)
	if err := chromedp.Do(browser, chromedp.EmulateViewport(390, 844)); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return browser
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
